//! Revocation lists that must be obeyed whole, or not be there.

use std::collections::HashSet;
use std::path::Path;

use rustls::pki_types::CertificateRevocationListDer;
use webpki::{CertRevocationList, OwnedCertRevocationList};

use super::failure::Failure;
use crate::session::event::Reason;

/// Whether each list of the file at `place` is obeyed when TLS is told of all. Of two lists of one authority only the first
/// is looked at, so that what the second revokes would be taken.
///
/// # Errors
/// A list that cannot be read, or a second one of an authority.
pub fn check(lists: &[CertificateRevocationListDer<'_>], place: &Path) -> Result<(), Failure> {
    let mut issuers = HashSet::new();
    for list in lists {
        let list = OwnedCertRevocationList::from_der(list).map_err(|error| unreadable(place, &error))?;
        if !issuers.insert(CertRevocationList::from(list).issuer().to_vec()) {
            let detail = format!(
                "{} holds two revocation lists of one authority, of which one would not be looked at: keep the newest full \
                 list, and take out the other",
                place.display()
            );
            return Err(Failure::new(Reason::Tls, detail));
        }
    }
    Ok(())
}

fn unreadable(place: &Path, error: &webpki::Error) -> Failure {
    let detail = format!(
        "the revocation list in {} cannot be used ({error}): get a full version 2 list from the authority, or take it out",
        place.display()
    );
    Failure::new(Reason::Tls, detail)
}
