//! A QR code as a picture.

use qrcode::{Color, EcLevel, QrCode};

use crate::png;

/// Pixels along the side of one module.
const SCALE: u32 = 8;
/// The blank margin that the standard asks for, in modules.
const MARGIN: u32 = 4;

/// The QR code of a text as a PNG; `None` for a text that no code holds (more than 2,331 bytes).
pub(crate) fn png(text: &str) -> Option<Vec<u8>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let modules = u32::try_from(code.width()).ok()?;
    let dark = |x: u32, y: u32| {
        let module = |pixel: u32| (pixel / SCALE).checked_sub(MARGIN).filter(|module| *module < modules);
        match (module(x), module(y)) {
            (Some(x), Some(y)) => {
                let place = usize::try_from(x).and_then(|x| Ok((x, usize::try_from(y)?)));
                place.is_ok_and(|place| code[place] == Color::Dark)
            }
            _ => false,
        }
    };
    Some(png::square((modules + 2 * MARGIN) * SCALE, dark))
}

#[cfg(test)]
mod tests {
    use super::png;

    #[test]
    fn the_longest_public_address_fits_and_a_longer_text_is_refused() {
        assert!(png(&"x".repeat(500)).is_some());
        assert!(png(&"x".repeat(2_332)).is_none());
    }
}
