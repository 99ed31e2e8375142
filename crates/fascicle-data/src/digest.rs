//! SHA-256 sums, taken while bytes pass by.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// What identifies a file's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// The size in bytes.
    pub size: u64,
    /// The SHA-256 sum in lower-case hexadecimal.
    pub sha256: String,
}

/// A sum that is being taken.
#[derive(Clone, Default)]
pub(crate) struct Hasher {
    sha: Sha256,
    size: u64,
}

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.sha.update(bytes);
        self.size += bytes.len() as u64;
    }

    /// How many bytes have passed.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn finish(self) -> Digest {
        let mut sha256 = String::with_capacity(64);
        for byte in self.sha.finalize() {
            // Writing to a String cannot fail.
            let _ = write!(sha256, "{byte:02x}");
        }
        Digest { size: self.size, sha256 }
    }
}

/// Bytes read at once: large enough that the system calls do not show, small enough to stay in the cache.
const BLOCK: usize = 128 * 1024;

/// Passes `from` to `to`, and the number of bytes so far to `tell`; gives the sum of what passed.
pub(crate) fn copy(
    from: &mut impl Read,
    to: &mut impl Write,
    tell: &mut dyn FnMut(u64),
) -> io::Result<Digest> {
    let mut block = vec![0; BLOCK];
    let mut hasher = Hasher::default();
    loop {
        let n = match from.read(&mut block) {
            Ok(0) => break,
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        to.write_all(&block[..n])?;
        hasher.update(&block[..n]);
        tell(hasher.size());
    }
    Ok(hasher.finish())
}

/// The sum of a file on disk.
pub(crate) fn of_file(path: &Path) -> io::Result<Digest> {
    copy(&mut File::open(path)?, &mut io::sink(), &mut |_| {})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_sums() {
        #[track_caller]
        fn check(bytes: &[u8], sha256: &str) {
            let mut through = Vec::new();
            let digest = copy(&mut &*bytes, &mut through, &mut |_| {}).expect("memory does not fail");
            assert_eq!(digest, Digest { size: bytes.len() as u64, sha256: sha256.to_owned() });
            assert_eq!(through, bytes);
        }
        // FIPS 180-4, examples
        check(b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        check(b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        check(&[b'a'; 1_000_000], "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }
}
