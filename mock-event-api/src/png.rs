//! A PNG of two colours, written by hand: the format is a handful of chunks around a zlib stream.

use std::io::Write as _;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

/// A square picture, `side` pixels wide; `dark` tells which pixels are black. One bit a pixel (<https://www.w3.org/TR/png-3/>).
pub(crate) fn square(side: u32, dark: impl Fn(u32, u32) -> bool) -> Vec<u8> {
    let mut header = Vec::with_capacity(13);
    header.extend(side.to_be_bytes());
    header.extend(side.to_be_bytes());
    // Bit depth 1, greyscale, and the only compression, filter and order without interlacing that there are.
    header.extend([1, 0, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, *b"IHDR", &header);
    chunk(&mut file, *b"IDAT", &pixels(side, dark));
    chunk(&mut file, *b"IEND", &[]);
    file
}

/// Lines from the top, each with its filter byte, eight pixels a byte from the highest bit on; a set bit is white.
fn pixels(side: u32, dark: impl Fn(u32, u32) -> bool) -> Vec<u8> {
    let mut lines = ZlibEncoder::new(Vec::new(), Compression::best());
    for y in 0..side {
        let byte = |start: u32| {
            (0..8).fold(0_u8, |byte, bit| {
                let x = start + bit;
                (byte << 1) | u8::from(x < side && !dark(x, y))
            })
        };
        let line: Vec<u8> = std::iter::once(0).chain((0..side).step_by(8).map(byte)).collect();
        // Writing to a vector does not fail.
        lines.write_all(&line).unwrap_or_default();
    }
    lines.finish().unwrap_or_default()
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let mut sum = Crc::new();
    sum.update(&kind);
    sum.update(data);
    file.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    file.extend(kind);
    file.extend(data);
    file.extend(sum.sum().to_be_bytes());
}
