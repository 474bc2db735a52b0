//! ECDSA and ECDH on the NIST curves: <https://w3c.github.io/webcrypto/#ecdsa>,
//! <https://w3c.github.io/webcrypto/#ecdh>.

use ecdsa::{
    Signature, SignatureSize,
    hazmat::{sign_prehashed, verify_prehashed},
};
use p256::{
    NistP256,
    elliptic_curve::{
        CurveArithmetic, FieldBytes, FieldBytesSize, NonZeroScalar, PrimeCurve, ProjectivePoint,
        PublicKey, SecretKey,
        ecdh::diffie_hellman,
        generic_array::{ArrayLength, typenum::Unsigned},
        sec1::{FromEncodedPoint, ModulusSize, ToEncodedPoint},
    },
};
use p384::NistP384;
use p521::NistP521;
use sec1::der::asn1::ObjectIdentifier;
use zeroize::Zeroizing;

use crate::crypto::{
    failure::{Failure, Outcome},
    key::Material,
};
use crate::random::Random;

/// <https://w3c.github.io/webcrypto/#dfn-NamedCurve>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::crypto) enum Curve {
    P256,
    P384,
    P521,
}

/// Calls a function that is generic in the curve.
macro_rules! on {
    ($curve:expr, $function:ident($($argument:expr),*)) => {
        match $curve {
            Curve::P256 => $function::<NistP256>($($argument),*),
            Curve::P384 => $function::<NistP384>($($argument),*),
            Curve::P521 => $function::<NistP521>($($argument),*),
        }
    };
}

impl Curve {
    const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// Its name, in JSON Web Keys as well.
    pub(in crate::crypto) const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// The curve of that name.
    pub(in crate::crypto) fn named(name: &str) -> Outcome<Self> {
        Self::ALL
            .into_iter()
            .find(|curve| curve.name() == name)
            .ok_or_else(|| Failure::not_supported(format!("there is no curve {name}")))
    }

    /// The name that JSON Web Algorithms give to ECDSA on it.
    pub(in crate::crypto) const fn signature_algorithm(self) -> &'static str {
        match self {
            Self::P256 => "ES256",
            Self::P384 => "ES384",
            Self::P521 => "ES512",
        }
    }

    pub(in crate::crypto) const fn object_identifier(self) -> ObjectIdentifier {
        match self {
            Self::P256 => ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"),
            Self::P384 => ObjectIdentifier::new_unwrap("1.3.132.0.34"),
            Self::P521 => ObjectIdentifier::new_unwrap("1.3.132.0.35"),
        }
    }

    /// The size of coordinates and private keys in bytes.
    pub(in crate::crypto) const fn field_bytes(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// A new pair of keys, the public one first.
    pub(in crate::crypto) fn generate(self) -> (Material, Material) {
        on!(self, generate())
    }

    /// The public key, uncompressed, that the bytes are, compressed or not.
    pub(in crate::crypto) fn read_public(self, bytes: &[u8]) -> Option<Vec<u8>> {
        on!(self, read_public(bytes))
    }

    /// The public key, uncompressed, of a private one.
    pub(in crate::crypto) fn public_of(self, scalar: &[u8]) -> Option<Vec<u8>> {
        on!(self, public_of(scalar))
    }

    /// The x coordinate of the point that two keys agree on.
    pub(in crate::crypto) fn agree(self, scalar: &[u8], public: &[u8]) -> Option<Vec<u8>> {
        on!(self, agree(scalar, public))
    }

    /// <https://w3c.github.io/webcrypto/#ecdsa-operations-sign>, from the digest on.
    pub(in crate::crypto) fn sign(self, scalar: &[u8], digest: &[u8]) -> Option<Vec<u8>> {
        on!(self, sign(scalar, digest))
    }

    /// <https://w3c.github.io/webcrypto/#ecdsa-operations-verify>, from the digest on.
    pub(in crate::crypto) fn verify(self, public: &[u8], digest: &[u8], signature: &[u8]) -> bool {
        on!(self, verify(public, digest, signature)).is_some()
    }
}

/// What the functions below need of a curve.
trait Nist:
    PrimeCurve + CurveArithmetic<AffinePoint: FromEncodedPoint<Self> + ToEncodedPoint<Self>>
where
    FieldBytesSize<Self>: ModulusSize,
    SignatureSize<Self>: ArrayLength<u8>,
{
}

impl Nist for NistP256 {}
impl Nist for NistP384 {}
impl Nist for NistP521 {}

fn uncompressed<C: Nist>(public: &PublicKey<C>) -> Vec<u8>
where
    FieldBytesSize<C>: ModulusSize,
    SignatureSize<C>: ArrayLength<u8>,
{
    public.to_encoded_point(false).as_bytes().to_vec()
}

fn generate<C: Nist>() -> (Material, Material)
where
    FieldBytesSize<C>: ModulusSize,
    SignatureSize<C>: ArrayLength<u8>,
{
    let key = SecretKey::<C>::random(&mut Random);
    let public = uncompressed(&key.public_key());
    let private = Material::EcPrivate {
        scalar: Zeroizing::new(key.to_bytes().to_vec()),
        public: public.clone(),
    };
    (Material::EcPublic(public), private)
}

fn read_public<C: Nist>(bytes: &[u8]) -> Option<Vec<u8>>
where
    FieldBytesSize<C>: ModulusSize,
    SignatureSize<C>: ArrayLength<u8>,
{
    // Hybrid and compact points are none of the forms that keys have.
    if !matches!(bytes.first(), Some(2..=4)) {
        return None;
    }
    let public = PublicKey::<C>::from_sec1_bytes(bytes).ok()?;
    Some(uncompressed(&public))
}

fn read_private<C: Nist>(scalar: &[u8]) -> Option<SecretKey<C>>
where
    FieldBytesSize<C>: ModulusSize,
    SignatureSize<C>: ArrayLength<u8>,
{
    if scalar.len() != FieldBytesSize::<C>::USIZE {
        return None;
    }
    SecretKey::<C>::from_slice(scalar).ok()
}

fn public_of<C: Nist>(scalar: &[u8]) -> Option<Vec<u8>>
where
    FieldBytesSize<C>: ModulusSize,
    SignatureSize<C>: ArrayLength<u8>,
{
    Some(uncompressed(&read_private::<C>(scalar)?.public_key()))
}

fn agree<C: Nist>(scalar: &[u8], public: &[u8]) -> Option<Vec<u8>>
where
    FieldBytesSize<C>: ModulusSize,
    SignatureSize<C>: ArrayLength<u8>,
{
    let private = read_private::<C>(scalar)?;
    let public = PublicKey::<C>::from_sec1_bytes(public).ok()?;
    let secret = diffie_hellman(private.to_nonzero_scalar(), public.as_affine());
    Some(secret.raw_secret_bytes().to_vec())
}

/// The leftmost bits of a digest, as many as the curve's order has, as an integer.
fn integer<C: Nist>(digest: &[u8]) -> FieldBytes<C>
where
    FieldBytesSize<C>: ModulusSize,
    SignatureSize<C>: ArrayLength<u8>,
{
    let size = FieldBytesSize::<C>::USIZE;
    let digest = digest.get(..size).unwrap_or(digest);
    let mut bytes = FieldBytes::<C>::default();
    if let Some(tail) = bytes.get_mut(size - digest.len()..) {
        tail.copy_from_slice(digest);
    }
    bytes
}

fn sign<C: Nist>(scalar: &[u8], digest: &[u8]) -> Option<Vec<u8>>
where
    FieldBytesSize<C>: ModulusSize,
    SignatureSize<C>: ArrayLength<u8>,
{
    let private = read_private::<C>(scalar)?.to_nonzero_scalar();
    let nonce = NonZeroScalar::<C>::random(&mut Random);
    let (signature, _) =
        sign_prehashed::<C, _>(&private, *nonce.as_ref(), &integer::<C>(digest)).ok()?;
    Some(signature.to_bytes().to_vec())
}

fn verify<C: Nist>(public: &[u8], digest: &[u8], signature: &[u8]) -> Option<()>
where
    FieldBytesSize<C>: ModulusSize,
    SignatureSize<C>: ArrayLength<u8>,
{
    let public = PublicKey::<C>::from_sec1_bytes(public).ok()?;
    let signature = Signature::<C>::from_slice(signature).ok()?;
    let point = ProjectivePoint::<C>::from(*public.as_affine());
    verify_prehashed::<C>(&point, &integer::<C>(digest), &signature).ok()
}
