//! Servers behind `wss://`: who is trusted, and in which words everybody else is refused.

use rcgen::{
    BasicConstraints, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, NameConstraints, SanType,
    SerialNumber, date_time_ymd,
};

use rustls::version::{TLS12, TLS13};

use crate::authority::{Authority, Shown, dial, refused_before_dialling, self_signed};
use crate::figures;

/// A server that is refused: what is wrong with it, what it shows, what is trusted, and which words must be told: what is
/// wrong, and what to do.
type Refused = (&'static str, Shown, String, [&'static str; 2]);

const AUTHORITY: [&str; 2] = ["unknown authority", "set tls_ca_file"];
const EXPIRED: [&str; 2] = ["has expired", "renew it"];
const NAME: [&str; 2] = ["another name", "use a name that stands in the certificate"];
const PURPOSE: [&str; 2] = ["not for servers", "serverAuth"];
const ANEW: [&str; 2] = ["cannot be used", "issue it anew"];
const REVOKED: [&str; 2] = ["was revoked", "renew it"];
const OUTDATED: [&str; 2] = ["revocation list", "get a new list from the authority"];

fn by_dates(root: &Authority) -> Vec<Refused> {
    let over = root.leaf_with(|leaf| {
        (leaf.not_before, leaf.not_after) = (date_time_ymd(2001, 1, 1), date_time_ymd(2002, 1, 1));
    });
    let early = root.leaf_with(|leaf| {
        (leaf.not_before, leaf.not_after) = (date_time_ymd(2201, 1, 1), date_time_ymd(2202, 1, 1));
    });
    let old = root.below("old", |old| {
        (old.not_before, old.not_after) = (date_time_ymd(2001, 1, 1), date_time_ymd(2002, 1, 1));
    });
    vec![
        ("expired", over, root.pem(), EXPIRED),
        ("not yet valid", early, root.pem(), ["not valid yet", "check the clocks"]),
        ("below an expired authority", old.leaf().through(&[&old]), root.pem(), EXPIRED),
    ]
}

fn by_names(root: &Authority) -> Vec<Refused> {
    let named =
        |name: &str| root.leaf_with(|leaf| leaf.subject_alt_names = vec![SanType::DnsName(name.try_into().unwrap())]);
    let by_subject = root.leaf_with(|leaf| {
        leaf.subject_alt_names.clear();
        leaf.distinguished_name.push(DnType::CommonName, "localhost");
    });
    let elsewhere = root.below("elsewhere", |authority| {
        authority.name_constraints = Some(NameConstraints {
            permitted_subtrees: vec![GeneralSubtree::DnsName("elsewhere.example".into())],
            excluded_subtrees: vec![GeneralSubtree::IpAddress(CidrSubnet::V4([0; 4], [0; 4]))],
        });
    });
    vec![
        ("another name", named("elsewhere.example"), root.pem(), NAME),
        ("a name that only begins alike", named("localhost.example"), root.pem(), NAME),
        ("a name that only ends alike", named("example.localhost"), root.pem(), NAME),
        ("any name below", named("*.localhost"), root.pem(), NAME),
        ("a name in the subject alone", by_subject, root.pem(), NAME),
        ("an authority for other names", elsewhere.leaf().through(&[&elsewhere]), root.pem(), ANEW),
    ]
}

fn by_signers(root: &Authority) -> Vec<Refused> {
    let (alone, _) = self_signed(|_| {});
    let (as_authority, its_pem) = self_signed(|leaf| leaf.is_ca = IsCa::Ca(BasicConstraints::Unconstrained));
    let (other, namesake) = (Authority::root("other"), Authority::root("root"));
    let between = root.below("between", |_| {});
    let narrow = root.below("narrow", |narrow| narrow.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)));
    let too_deep = narrow.below("too deep", |_| {});
    let no_authority = root.below("no authority", |leaf| leaf.is_ca = IsCa::ExplicitNoCa);
    vec![
        ("self-signed", alone, root.pem(), AUTHORITY),
        ("an authority's own", as_authority, its_pem, ["an authority's own certificate", "issue one for the server"]),
        ("by another authority", other.leaf(), root.pem(), AUTHORITY),
        ("by another of the same name", namesake.leaf(), root.pem(), AUTHORITY),
        ("without what stands between", between.leaf(), root.pem(), AUTHORITY),
        ("deeper than the authority may", too_deep.leaf().through(&[&too_deep, &narrow]), root.pem(), ANEW),
        ("by one that is no authority", no_authority.leaf().through(&[&no_authority]), root.pem(), ANEW),
    ]
}

fn by_purpose(root: &Authority) -> Vec<Refused> {
    let for_clients = root.leaf_with(|leaf| leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]);
    let for_code = root.leaf_with(|leaf| leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::CodeSigning]);
    vec![("for clients", for_clients, root.pem(), PURPOSE), ("for programs", for_code, root.pem(), PURPOSE)]
}

fn revoked(root: &Authority) -> Vec<Refused> {
    let numbered = |number: u64| root.leaf_with(|leaf| leaf.serial_number = Some(SerialNumber::from(number)));
    let between = root.below("between", |authority| authority.serial_number = Some(SerialNumber::from(8)));
    let of_root = |number| root.pem() + &root.revocation_of(number);
    // A list that another authority has signed says nothing about this one's certificates, and the rest stays in force.
    let outdated = root.pem() + &root.revocation_in_force_until(2021, 9);
    let of_both = of_root(7) + &Authority::root("other").revocation_of(9);
    vec![
        ("revoked", numbered(7), of_root(7), REVOKED),
        ("revoked, with a list of another authority beside", numbered(7), of_both, REVOKED),
        ("below an authority that was revoked", between.leaf().through(&[&between]), of_root(8), REVOKED),
        ("not revoked in a list that is outdated", numbered(5), outdated, OUTDATED),
    ]
}

/// A list that is passed over would let in what it revokes.
#[test]
fn revocation_lists_that_cannot_be_obeyed_are_refused_with_the_file() {
    let root = Authority::root("root");
    let two = root.pem() + &root.revocation_of(9) + &root.revocation_of(7);
    let beside =
        root.pem() + &root.revocation_of(9) + &Authority::root("other").revocation_of(5) + &root.revocation_of(7);
    let garbled = root.pem() + "-----BEGIN X509 CRL-----\nMAMCAQE=\n-----END X509 CRL-----\n";
    let cases = [
        ("two lists of one authority", two, "two revocation lists of one authority", "keep the newest"),
        ("two with another between", beside, "two revocation lists of one authority", "keep the newest"),
        (
            "a garbled list",
            garbled,
            "the revocation list in",
            "get a full version 2 list from the authority, or take it out",
        ),
    ];
    for (what, trusted, wrong, advice) in cases {
        let told = refused_before_dialling(&trusted);
        assert!(told.contains(wrong) && told.contains(advice) && told.contains("trusted.pem"), "{what}: {told}");
    }
}

#[test]
fn each_bad_certificate_is_refused_and_told_apart() {
    let root = Authority::root("root");
    let cases = [by_dates(&root), by_names(&root), by_signers(&root), by_purpose(&root), revoked(&root)];
    let cases: Vec<Refused> = cases.into_iter().flatten().collect();
    let count = cases.len();
    for (what, shown, trusted, words) in cases {
        let told = dial("localhost", shown.server(), &trusted).expect_err(what);
        assert!(words.iter().all(|word| told.contains(word)), "{what}: {told}");
        assert!(told.starts_with("localhost:"), "{what}: {told}");
    }
    figures::held("certificates refused", count);
}

#[test]
fn each_good_certificate_is_taken() {
    let root = Authority::root("root");
    let between = root.below("between", |_| {});
    let (pinned, its_pem) = self_signed(|_| {});
    let not_revoked = root.leaf_with(|leaf| leaf.serial_number = Some(SerialNumber::from(5)));
    let cases = [
        ("by an authority of one's own", root.leaf(), root.pem()),
        ("through another", between.leaf().through(&[&between]), root.pem()),
        ("the one between is trusted", between.leaf().through(&[&between]), between.pem()),
        ("among others", root.leaf(), Authority::root("other").pem() + &root.pem()),
        ("self-signed and trusted itself", pinned, its_pem),
        ("not the one that was revoked", not_revoked, root.pem() + &root.revocation_of(7)),
    ];
    let count = cases.len();
    for (what, shown, trusted) in cases {
        dial("localhost", shown.server(), &trusted).unwrap_or_else(|told| panic!("{what}: {told}"));
    }
    figures::held("certificates taken", count);
}

#[test]
fn an_address_must_stand_in_the_certificate_as_an_address() {
    let root = Authority::root("root");
    let as_name =
        root.leaf_with(|leaf| leaf.subject_alt_names = vec![SanType::DnsName("127.0.0.1".try_into().unwrap())]);
    let told = dial("127.0.0.1", as_name.server(), &root.pem()).expect_err("a name is no address");
    assert!(told.contains("another name"), "{told}");
    dial("127.0.0.1", root.leaf().server(), &root.pem()).expect_err("a name is no address");
    let as_address = root.leaf_with(|leaf| leaf.subject_alt_names = vec![SanType::IpAddress([127, 0, 0, 1].into())]);
    dial("127.0.0.1", as_address.server(), &root.pem()).expect("it stands there");
}

#[test]
fn a_server_that_wants_a_certificate_of_ours_is_told() {
    let root = Authority::root("root");
    // In TLS 1.3 a client is done before the server has looked: the refusal comes with the answer to the upgrade.
    for versions in [&[&TLS12][..], &[&TLS13]] {
        let server = root.leaf().server_wanting(&root, versions);
        let told = dial("localhost", server, &root.pem()).expect_err("we have none");
        assert!(told.contains("client certificate") && told.contains("turn that off"), "{told}");
    }
}
