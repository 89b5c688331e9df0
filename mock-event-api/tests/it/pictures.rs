//! Pictures: a QR code that a reader reads, and files as they were given.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::ZlibDecoder;
use mock_dataverse::store::Fields;
use mock_event_api::control::dto::ArrangeEvent;
use std::io::Read as _;
use uuid::Uuid;

use crate::support::{ANA, BO, Bench, CONFERENCE, FABRIKAM, put};

/// The parts of a PNG by name, their checksums checked.
fn chunks(mut file: &[u8]) -> Vec<(String, Vec<u8>)> {
    file = file.strip_prefix(b"\x89PNG\r\n\x1a\n").expect("a PNG");
    let mut chunks = Vec::new();
    while !file.is_empty() {
        let length = usize::try_from(u32::from_be_bytes(file[..4].try_into().unwrap())).unwrap();
        let mut sum = flate2::Crc::new();
        sum.update(&file[4..8 + length]);
        assert_eq!(sum.sum().to_be_bytes(), file[8 + length..12 + length]);
        chunks.push((String::from_utf8(file[4..8].to_vec()).unwrap(), file[8..8 + length].to_vec()));
        file = &file[12 + length..];
    }
    chunks
}

/// The text that a QR reader finds in a PNG of black and white.
fn read_code(png: &[u8]) -> String {
    let chunks = chunks(png);
    let names: Vec<_> = chunks.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["IHDR", "IDAT", "IEND"]);
    let side = usize::try_from(u32::from_be_bytes(chunks[0].1[..4].try_into().unwrap())).unwrap();
    let mut pixels = Vec::new();
    ZlibDecoder::new(chunks[1].1.as_slice()).read_to_end(&mut pixels).unwrap();
    let line = 1 + side.div_ceil(8);
    assert_eq!(pixels.len(), line * side);
    let bright = |x: usize, y: usize| pixels[y * line + 1 + x / 8] >> (7 - x % 8) & 1;
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| bright(x, y) * 255);
    let grids = picture.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

#[tokio::test]
async fn the_qr_code_leads_to_the_events_page() {
    let bench = Bench::conference().await;
    let answer = bench.get(&format!("/events/{CONFERENCE}/qrcode")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/png")));
    assert_eq!(read_code(&answer.bytes), "https://contoso.example/harbour-conference");
    bench.set("EAPI-34", "base64");
    let text = bench.get(&format!("/events/{CONFERENCE}/qrcode")).await;
    assert_eq!(STANDARD.decode(text.json().as_str().unwrap()).unwrap(), answer.bytes);
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn long_and_foreign_addresses_fit_too() {
    let bench = Bench::new().await;
    for (n, url) in
        [format!("https://contoso.example/{}", "long/".repeat(95)), "https://contoso.example/Ä/会議?x=1&y=%20".into()]
            .into_iter()
            .enumerate()
    {
        let ask = ArrangeEvent {
            readable_event_id: Some(format!("Qr{n}")),
            public_event_url: Some(url.clone()),
            ..ArrangeEvent::default()
        };
        bench.arrange(&ask).await;
        let answer = bench.get(&format!("/events/Qr{n}/qrcode")).await;
        assert_eq!(read_code(&answer.bytes), url);
    }
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn pictures_are_answered_as_they_were_given() {
    let bench = Bench::conference().await;
    let speakers = bench.get(&format!("/events/{CONFERENCE}/speakers")).await.json();
    let bo = speakers.as_array().unwrap().iter().find(|speaker| speaker["id"] == BO).unwrap();
    let answer = bench.get(&format!("/{}", bo["imageUrl"].as_str().unwrap())).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/png")));
    assert_eq!(STANDARD.encode(&answer.bytes), bo["image"].as_str().unwrap());
    assert_eq!(chunks(&answer.bytes).len(), 3, "a whole PNG");
    let logo = bench.get(&format!("/sponsorships/{FABRIKAM}/logo")).await;
    assert_eq!((logo.status, logo.header("content-type")), (200, Some("image/png")));
    assert_ne!(logo.bytes, answer.bytes);
    let ana = bench.get(&format!("/speakers/{ANA}/image")).await;
    assert_eq!(ana.line(), r#"404 {"Message":"There is no picture of the speaker."}"#);
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn the_kind_of_a_picture_is_read_from_its_first_bytes() {
    let bench = Bench::new().await;
    let files: [(&str, &[u8]); 4] = [
        ("image/jpeg", b"\xff\xd8\xff\xe0more"),
        ("image/gif", b"GIF89amore"),
        ("image/bmp", b"BMmore"),
        ("", b"<svg onload='alert(1)'/>"),
    ];
    for (n, (kind, file)) in files.into_iter().enumerate() {
        let id = Uuid::from_u128(n as u128 + 1);
        let fields = Fields::new().set("msevtmgt_name", "Cy").set("entityimage", STANDARD.encode(file));
        put(&bench, "msevtmgt_speaker", id, fields);
        let answer = bench.get(&format!("/speakers/{id}/image")).await;
        if kind.is_empty() {
            assert_eq!(answer.status, 404, "what is no picture is not shown");
        } else {
            assert_eq!((answer.header("content-type"), answer.bytes.as_slice()), (Some(kind), file));
        }
    }
    bench.assert_true_to_the_contract();
}
