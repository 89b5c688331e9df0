//! Patterns as SQL has them: `%` stands for any characters, `_` for one, `[abc]`, `[a-c]` and `[^abc]` for one of a set or of all others.

/// What one piece of a pattern takes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// Any characters, or none.
    Many,
    /// Any one character.
    One,
    /// This character.
    Is(char),
    /// One character inside these ranges, or outside of them all.
    Of(Vec<(char, char)>, bool),
}

/// Whether the whole of a text matches a pattern. Both are compared as they are: who wants no case lowers both before.
pub(super) fn like(text: &str, pattern: &str) -> bool {
    let (text, pieces): (Vec<char>, _) = (text.chars().collect(), pieces(pattern));
    let (mut at, mut piece) = (0, 0);
    // Where the last `%` stands, and how far the text had been read when it was met or last tried.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (pieces.get(piece), text.get(at)) {
            (None, None) => return true,
            (Some(Piece::Many), _) => {
                retry = Some((piece, at));
                piece += 1;
            }
            (Some(wanted), Some(character)) if takes(wanted, *character) => {
                piece += 1;
                at += 1;
            }
            // The last `%` takes one character more.
            _ => match retry {
                Some((many, from)) if from < text.len() => {
                    retry = Some((many, from + 1));
                    (piece, at) = (many + 1, from + 1);
                }
                _ => return false,
            },
        }
    }
}

fn takes(piece: &Piece, character: char) -> bool {
    match piece {
        Piece::Many => false,
        Piece::One => true,
        Piece::Is(wanted) => *wanted == character,
        Piece::Of(ranges, others) => {
            ranges.iter().any(|(first, last)| (*first..=*last).contains(&character)) != *others
        }
    }
}

fn pieces(pattern: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = pattern.chars();
    while let Some(character) = rest.next() {
        pieces.push(match character {
            '%' => Piece::Many,
            '_' => Piece::One,
            // A bracket that is never closed is a bracket.
            '[' => match rest.as_str().split_once(']') {
                Some((set, behind)) => {
                    rest = behind.chars();
                    set_of(set)
                }
                None => Piece::Is('['),
            },
            other => Piece::Is(other),
        });
    }
    pieces
}

fn set_of(set: &str) -> Piece {
    let (set, others) = set.strip_prefix('^').map_or((set, false), |set| (set, true));
    let characters: Vec<char> = set.chars().collect();
    let (mut ranges, mut rest) = (Vec::new(), characters.as_slice());
    loop {
        rest = match rest {
            [first, '-', last, rest @ ..] => {
                ranges.push((*first, *last));
                rest
            }
            [one, rest @ ..] => {
                ranges.push((*one, *one));
                rest
            }
            [] => return Piece::Of(ranges, others),
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::like;

    #[track_caller]
    fn check(pattern: &str, yes: &[&str], no: &[&str]) {
        for text in yes {
            assert!(like(text, pattern), "{text:?} like {pattern:?}");
        }
        for text in no {
            assert!(!like(text, pattern), "{text:?} not like {pattern:?}");
        }
    }

    #[test]
    fn patterns_and_what_they_match() {
        check("", &[""], &["a"]);
        check("ab", &["ab"], &["a", "abc", "xab"]);
        check("a%", &["a", "abc"], &["", "ba"]);
        check("%a", &["a", "ba", "aa"], &["", "ab"]);
        check("%a%b%", &["ab", "xaxbx", "aab"], &["ba", "a", "b"]);
        check("_ontoso", &["contoso", "€ontoso"], &["ontoso", "ccontoso"]);
        check("[%]off", &["%off"], &["50%off", "xoff"]);
        check("5[_]%", &["5_", "5_x"], &["5x"]);
        check("[a-c]x", &["ax", "cx"], &["dx", "-x"]);
        check("[^a-c]x", &["dx", "-x"], &["ax", "x"]);
        check("[]x", &[], &["x", "]x"]);
        check("[ab", &["[ab"], &["a", "b"]);
        check("%%%%", &["", "anything"], &[]);
    }

    proptest! {
        #[test]
        fn pieces_of_a_text_around_percent_signs_match_it(parts in prop::collection::vec("[ab]{0,3}", 1..5), gaps in prop::collection::vec("[abc]{0,3}", 4)) {
            let text: String = parts.iter().zip(gaps.iter().chain(std::iter::repeat(&gaps[0]))).enumerate()
                .map(|(number, (part, gap))| if number == 0 { part.clone() } else { format!("{gap}{part}") }).collect();
            prop_assert!(like(&text, &parts.join("%")));
            prop_assert!(like(&text, &"_".repeat(text.chars().count())));
            prop_assert_eq!(like(&text, &format!("{}d", parts.join("%"))), false);
        }

        #[test]
        fn any_pattern_is_taken(text in any::<String>(), pattern in "[a%_\\[\\]^-]{0,12}") {
            let _ = like(&text, &pattern);
        }
    }
}
