//! Subresource integrity.

use sha2::{Digest, Sha256, Sha384, Sha512};

/// A hash function that integrity metadata may name; a later one is stronger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Algorithm {
    Sha256,
    Sha384,
    Sha512,
}

impl Algorithm {
    fn from_name(name: &str) -> Option<Self> {
        // <https://www.w3.org/TR/CSP3/#grammardef-hash-algorithm>, of which the letters' case is free.
        [
            ("sha256", Self::Sha256),
            ("sha384", Self::Sha384),
            ("sha512", Self::Sha512),
        ]
        .into_iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, algorithm)| algorithm)
    }

    fn digest(self, chunks: &[impl AsRef<[u8]>]) -> Vec<u8> {
        fn run<D: Digest>(chunks: &[impl AsRef<[u8]>]) -> Vec<u8> {
            let mut digest = D::new();
            chunks.iter().for_each(|chunk| digest.update(chunk));
            digest.finalize().to_vec()
        }
        match self {
            Self::Sha256 => run::<Sha256>(chunks),
            Self::Sha384 => run::<Sha384>(chunks),
            Self::Sha512 => run::<Sha512>(chunks),
        }
    }
}

/// The digests that the body of a response may have.
///
/// <https://w3c.github.io/webappsec-subresource-integrity/>
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Integrity {
    /// Of the strongest algorithm that was named, and no other.
    digests: Vec<Vec<u8>>,
    algorithm: Option<Algorithm>,
}

impl Integrity {
    /// Reads integrity metadata. What is not understood is left out, as the specification has it: metadata of which
    /// nothing is understood allows everything.
    ///
    /// <https://w3c.github.io/webappsec-subresource-integrity/#parse-metadata>
    #[must_use]
    pub fn parse(metadata: &str) -> Self {
        let mut integrity = Self::default();
        for item in metadata.split_ascii_whitespace() {
            // Step 3.2: options are of no use yet.
            let expression = item.split('?').next().unwrap_or_default();
            let Some((name, value)) = expression.split_once('-') else {
                continue;
            };
            let Some(algorithm) = Algorithm::from_name(name) else {
                continue;
            };
            // <https://w3c.github.io/webappsec-subresource-integrity/#get-the-strongest-metadata>
            if integrity.algorithm < Some(algorithm) {
                integrity.algorithm = Some(algorithm);
                integrity.digests.clear();
            }
            if integrity.algorithm == Some(algorithm) {
                // A digest that cannot be read matches nothing, and yet asks for a match.
                integrity.digests.extend(decode(value));
            }
        }
        integrity
    }

    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.algorithm.is_none()
    }

    /// Whether a body that came in these chunks is one that is asked for.
    ///
    /// <https://w3c.github.io/webappsec-subresource-integrity/#does-response-match-metadatalist>
    #[must_use]
    pub fn matches(&self, chunks: &[impl AsRef<[u8]>]) -> bool {
        let Some(algorithm) = self.algorithm else {
            return true;
        };
        let actual = algorithm.digest(chunks);
        self.digests.contains(&actual)
    }
}

/// Base64 of either alphabet, as digests are written.
fn decode(value: &str) -> Option<Vec<u8>> {
    let standard: Vec<u8> = value
        .bytes()
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => byte,
        })
        .collect();
    data_url::forgiving_base64::decode_to_vec(&standard).ok()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    /// Of the three bytes `abc`.
    const SHA256: &str = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
    const SHA512: &str =
        "3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";

    fn allows(metadata: &str) -> bool {
        Integrity::parse(metadata).matches(&[Bytes::from_static(b"a"), Bytes::from_static(b"bc")])
    }

    #[test]
    fn one_digest_of_the_strongest_algorithm_must_match() {
        let wrong = "A".repeat(43);
        for (metadata, expected) in [
            (String::new(), true),
            (format!("sha256-{SHA256}"), true),
            (format!("SHA256-{SHA256}?option"), true),
            (
                format!("sha256-{}", SHA256.replace('/', "_").replace('+', "-")),
                true,
            ),
            (format!("sha512-{SHA512}"), true),
            (format!("sha256-{wrong}="), false),
            (format!("sha256-{wrong}= sha256-{SHA256}"), true),
            (format!("sha256-{wrong}=  \n sha512-{SHA512}"), true),
            (format!("sha256-{SHA256} sha512-{wrong}="), false),
            (format!("md5-{wrong}"), true),
            ("garbage".to_owned(), true),
            ("sha256-!".to_owned(), false),
        ] {
            assert_eq!(allows(&metadata), expected, "{metadata:?}");
        }
    }
}
