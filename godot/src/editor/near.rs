//! Names that were probably meant. Pure.

/// How alike a name must be to be offered, and how many are.
const LEAST_SIMILARITY: f64 = 0.75;
const MOST_NAMES: usize = 3;

/// Those of `known` that are most like `name`, the nearest first. Case does not count.
pub fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let name = name.to_lowercase();
    let mut near: Vec<(f64, &str)> =
        known.map(|known| (strsim::jaro_winkler(&name, &known.to_lowercase()), known)).collect();
    near.retain(|(similarity, _)| *similarity >= LEAST_SIMILARITY);
    near.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(other.1)));
    near.into_iter().map(|(_, known)| known).take(MOST_NAMES).collect()
}

#[cfg(test)]
mod tests {
    use super::near;

    const KNOWN: [&str; 7] =
        ["open_scene", "save_scene", "play_scene", "stop", "node_create", "node_delete", "get_editor_state"];

    #[test]
    fn slips_find_what_was_meant() {
        let slips = [
            ("open_scne", "open_scene"),
            ("openScene", "open_scene"),
            ("OPEN_SCENE", "open_scene"),
            ("node_craete", "node_create"),
            ("node_creat", "node_create"),
            ("get_state_editor", "get_editor_state"),
            ("stopp", "stop"),
        ];
        for (slip, meant) in slips {
            assert_eq!(near(slip, KNOWN.into_iter()).first(), Some(&meant), "{slip}");
        }
    }

    #[test]
    fn a_strange_name_finds_nothing() {
        for strange in ["", "zzz", "take_screenshot_of_viewport", "\u{1f980}"] {
            assert!(near(strange, KNOWN.into_iter()).is_empty(), "{strange}: {:?}", near(strange, KNOWN.into_iter()));
        }
        assert!(near("stop", std::iter::empty()).is_empty());
    }

    #[test]
    fn few_are_offered_and_names_alike_are_sorted() {
        let known = ["do_d", "do_b", "do_c", "do_a"];
        assert_eq!(near("do_x", known.into_iter()), ["do_a", "do_b", "do_c"]);
    }
}
