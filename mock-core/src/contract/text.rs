//! Turns the text of a contract into a JSON tree, and names what stands in the way.

use serde_json::Value;

use super::document::ContractError;

/// Parses JSON (text that starts with `{`) or YAML.
pub(super) fn parse(contract: &str, text: &str) -> Result<Value, ContractError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(error) = odd_indentation(contract, text) {
        return Err(error);
    }
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text)
            .map_err(|error| syntax(contract, text, error.line(), error.column(), &error.to_string()));
    }
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let (line, column) = error.location().map_or((0, 0), |at| (at.line(), at.column()));
        let message = error.without_snippet().to_string();
        syntax(contract, text, usize::try_from(line).unwrap_or(0), usize::try_from(column).unwrap_or(0), &message)
    })
}

/// The syntax error itself, or the odd character on its line that most likely caused it.
fn syntax(contract: &str, text: &str, line: usize, column: usize, message: &str) -> ContractError {
    let suspect = text.lines().nth(line.saturating_sub(1)).and_then(|content| {
        content.chars().enumerate().find_map(|(index, character)| Some((index + 1, odd_character(character)?)))
    });
    match suspect {
        Some((column, character)) => {
            ContractError::OddCharacter { contract: contract.to_owned(), line, column, character: character.to_owned() }
        }
        None => ContractError::Syntax { contract: contract.to_owned(), line, column, message: message.to_owned() },
    }
}

/// A space other than U+0020 and tab in front of a line; published snippets are full of them.
fn odd_indentation(contract: &str, text: &str) -> Option<ContractError> {
    text.lines().enumerate().find_map(|(line, content)| {
        content
            .chars()
            .take_while(|character| character.is_whitespace() || odd_character(*character).is_some())
            .enumerate()
            .find_map(|(column, character)| {
                Some(ContractError::OddCharacter {
                    contract: contract.to_owned(),
                    line: line + 1,
                    column: column + 1,
                    character: odd_character(character)?.to_owned(),
                })
            })
    })
}

fn odd_character(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{a0}' => "U+00A0 NO-BREAK SPACE",
        '\u{85}' => "U+0085 NEXT LINE",
        '\u{1680}' => "U+1680 OGHAM SPACE MARK",
        '\u{2000}'..='\u{200a}' => "a typographic space (U+2000 to U+200A)",
        '\u{200b}' => "U+200B ZERO WIDTH SPACE",
        '\u{2028}' => "U+2028 LINE SEPARATOR",
        '\u{2029}' => "U+2029 PARAGRAPH SEPARATOR",
        '\u{202f}' => "U+202F NARROW NO-BREAK SPACE",
        '\u{205f}' => "U+205F MEDIUM MATHEMATICAL SPACE",
        '\u{2060}' => "U+2060 WORD JOINER",
        '\u{3000}' => "U+3000 IDEOGRAPHIC SPACE",
        '\u{feff}' => "U+FEFF ZERO WIDTH NO-BREAK SPACE",
        _ => return None,
    })
}
