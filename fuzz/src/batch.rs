//! The reader of `$batch` bodies (`mock_dataverse::batch`): the first line is the content type, the rest the body.

use mock_dataverse::batch::{Batch, Inner, Item, MAX_OPERATIONS, parse};

/// A batch is refused in a bounded text, or it stays within its limits and reads the same when what it says is written again, in either line end
/// that can be told from what it says.
pub fn check(data: &[u8]) {
    let split = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (first, body) = data.split_at(split);
    let content_type = String::from_utf8_lossy(first);
    let batch = match parse(content_type.trim_end(), body.get(1..).unwrap_or_default()) {
        Ok(batch) => batch,
        Err(error) => {
            assert!(error.to_string().len() < 4 * data.len() + 400, "{error}");
            return;
        }
    };
    let requests = |item: &Item| match item {
        Item::Single(_) => 1,
        Item::ChangeSet(requests) => requests.len(),
    };
    assert!(batch.items.iter().map(requests).sum::<usize>() <= MAX_OPERATIONS);
    // A body may hold anything but what was chosen to end it.
    let boundary =
        (0..9_999).map(|number| format!("again_{number}")).find(|name| !contains(data, name)).expect("a free name");
    // A carriage return at a body's end would be taken for a part of the delimiter's line end.
    let cut_short = |request: &Inner| request.body.ends_with(b"\r");
    let plain = !batch.items.iter().any(|item| match item {
        Item::Single(request) => cut_short(request),
        Item::ChangeSet(requests) => requests.iter().any(cut_short),
    });
    for end in ["\r\n", "\n"] {
        if end == "\n" && !plain {
            continue;
        }
        let mut again = Vec::new();
        write(&mut again, &batch, &boundary, end);
        let content_type = format!("multipart/mixed; boundary={boundary}");
        assert_eq!(parse(&content_type, &again).as_ref(), Ok(&batch), "{:?}", String::from_utf8_lossy(&again));
    }
}

fn contains(data: &[u8], name: &str) -> bool {
    data.windows(name.len()).any(|window| window == name.as_bytes())
}

fn write(out: &mut Vec<u8>, batch: &Batch, boundary: &str, end: &str) {
    let inner = format!("{boundary}_set");
    for item in &batch.items {
        out.extend_from_slice(format!("--{boundary}{end}").as_bytes());
        match item {
            Item::Single(request) => write_request(out, request, end),
            Item::ChangeSet(requests) => {
                out.extend_from_slice(format!("Content-Type: multipart/mixed; boundary={inner}{end}{end}").as_bytes());
                for request in requests {
                    out.extend_from_slice(format!("--{inner}{end}").as_bytes());
                    write_request(out, request, end);
                }
                out.extend_from_slice(format!("--{inner}--{end}").as_bytes());
            }
        }
    }
    out.extend_from_slice(format!("--{boundary}--{end}").as_bytes());
}

fn write_request(out: &mut Vec<u8>, request: &Inner, end: &str) {
    out.extend_from_slice(format!("Content-Type: application/http{end}").as_bytes());
    if let Some(id) = &request.content_id {
        out.extend_from_slice(format!("Content-ID: {id}{end}").as_bytes());
    }
    out.extend_from_slice(format!("{end}{} {} HTTP/1.1{end}", request.method, request.target).as_bytes());
    for (name, value) in &request.headers {
        out.extend_from_slice(format!("{name}: ").as_bytes());
        out.extend_from_slice(value.as_bytes());
        out.extend_from_slice(end.as_bytes());
    }
    out.extend_from_slice(end.as_bytes());
    out.extend_from_slice(&request.body);
    out.extend_from_slice(end.as_bytes());
}
