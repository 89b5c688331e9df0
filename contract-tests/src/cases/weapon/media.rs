//! Bodies that are packed or labelled oddly: S-H07.

use std::io::Write as _;

use flate2::write::GzEncoder;
use flate2::{Compress, Compression, FlushCompress};
use futures_util::FutureExt as _;
use mock_stripe::control::dto::Signing;

use super::shared::{is_refused, still_serves};
use crate::cases::signature::{Forgery, waiting};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Letter, Reply, signed};

/// How large the bomb is when it is open, in pieces of a megabyte.
const MEGABYTES: usize = 200;

/// Two hundred kilobytes on the wire can be two hundred megabytes in memory. Stripe sends JSON in UTF-8, unpacked.
pub static H07: Case = Case {
    id: "S-H07",
    title: "content codings (gzip and deflate bombs, unknown ones), wrong charset, text/plain, form body",
    level: Level::Secure,
    strength: Strength::Should,
    clause: "packed bodies of strangers are refused (415 or another 4xx) without being unpacked; a rightly signed event under another content type is refused or taken as it is, never answered 5xx",
    sources: &["RFC 9110 8.4, 15.5.16"],
    needs: Needs::NOTHING,
    run: |ctx| media(ctx).boxed(),
};

async fn media(ctx: Ctx) -> Result<(), Stop> {
    let bomb = gzip_bomb(MEGABYTES).map_err(Stop::suite)?;
    let deflated = deflate_bomb(MEGABYTES).map_err(Stop::suite)?;
    for (what, coding, body) in [
        ("a gzip bomb", "gzip", bomb.clone()),
        ("a gzip bomb, packed twice by its label", "gzip, gzip", bomb.clone()),
        ("a deflate bomb", "deflate", deflated),
        ("something that is no gzip", "gzip", b"not packed at all".to_vec()),
        ("something that is no deflate", "deflate", bomb),
        ("an unknown coding", "payloop", b"{}".to_vec()),
    ] {
        ctx.step(format!("sent {what} to the webhook with a signature that signs nothing"));
        let letter = Letter::to(&ctx.urls().notify)
            .header("stripe-signature", ctx.sham_signature())
            .header("content-encoding", coding);
        let reply = ctx.knock(letter.json(body)).await;
        is_refused(&ctx, what, &reply);
    }
    let paid = waiting(&ctx).await?;
    let forgery = Forgery::signing("without Stripe-Signature, to be refused", Signing::None);
    let genuine = paid.deliver(&ctx, forgery).await?.payload;
    for kind in [
        "text/plain",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "no type at all",
    ] {
        ctx.step(format!("sent the paid session's event, rightly signed, as {kind:?}"));
        let signature = signed(ctx.webhook_secret(), ctx.real_second(), genuine.as_bytes());
        let letter = Letter::to(&ctx.urls().notify).header("stripe-signature", signature).header("content-type", kind);
        let reply = ctx.knock(letter.body(genuine.clone().into_bytes())).await;
        plain_or_refused(&ctx, kind, &reply);
    }
    paid.genuine_completes(&ctx).await?;
    still_serves(&ctx, "after bodies that are packed or labelled oddly").await
}

fn plain_or_refused(ctx: &Ctx, kind: &str, reply: &Reply) {
    ctx.check(
        format!("a rightly signed event as {kind:?} is refused or taken as it is"),
        "any 4xx, or 2xx; not 5xx",
        reply,
        reply.is_refusal() || reply.is_success(),
    );
}

/// Gzip members one after another are gzip: one megabyte of zeros, packed once, many times.
fn gzip_bomb(megabytes: usize) -> std::io::Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(&vec![0; MEGABYTE])?;
    Ok(packer.finish()?.repeat(megabytes))
}

/// A megabyte, in bytes.
const MEGABYTE: usize = 1024 * 1024;
/// What Adler-32 counts up to (RFC 1950 8.2).
const ADLER: usize = 65_521;

/// The coding `deflate` is the zlib format (RFC 9110 8.4.1.2), whose streams cannot be strung together. Blocks can, where nothing in them refers to
/// what came before: one block of a megabyte of zeros, many times, an empty last block, and the checksum of all.
fn deflate_bomb(megabytes: usize) -> std::io::Result<Vec<u8>> {
    let mut block = Vec::with_capacity(64 * 1024);
    Compress::new(Compression::fast(), false).compress_vec(&vec![0; MEGABYTE], &mut block, FlushCompress::Full)?;
    let zeros = u32::try_from(megabytes * MEGABYTE % ADLER).unwrap_or_default();
    let mut packed = vec![0x78, 0x01];
    packed.extend(block.repeat(megabytes));
    packed.extend([0x03, 0x00]);
    packed.extend(((zeros << 16) | 1).to_be_bytes());
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::{MultiGzDecoder, ZlibDecoder};

    use super::*;

    #[track_caller]
    fn check(packed: &[u8], mut unpacker: impl Read) {
        let mut unpacked = Vec::new();
        unpacker.read_to_end(&mut unpacked).expect("what is packed can be unpacked");
        assert_eq!(unpacked.len(), 3 * MEGABYTE);
        assert!(unpacked.iter().all(|byte| *byte == 0));
        assert!(packed.len() * 100 < unpacked.len(), "{} bytes", packed.len());
    }

    #[test]
    fn the_bombs_are_what_they_say() {
        let gzip = gzip_bomb(3).unwrap();
        check(&gzip, MultiGzDecoder::new(gzip.as_slice()));
        let deflate = deflate_bomb(3).unwrap();
        check(&deflate, ZlibDecoder::new(deflate.as_slice()));
    }
}
