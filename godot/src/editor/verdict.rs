//! What follows from the way in which a handler ended. Pure.

/// What a handler gave back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returned {
    /// `null`: it has no `return`, or an error stopped it.
    Nothing,
    /// Zero, false or an empty container: what it meant, or what its return type begins with when an error stops it.
    Empty,
    /// Anything else.
    Value,
}

/// How a handler ended.
#[derive(Clone, Copy, Debug)]
pub struct Ending {
    /// What it gave back.
    pub returned: Returned,
    /// It awaited something before it ended.
    pub has_awaited: bool,
    /// Its request needs no answer any more: it has one, or has ended by itself.
    pub is_settled: bool,
    /// Its request was deferred.
    pub is_deferred: bool,
    /// A script error was seen while it ran. Engines before 4.5 do not show them.
    pub has_script_error: bool,
}

/// What to do with the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing: somebody else has answered it, or will.
    Leave,
    /// Answer with what was returned.
    Answer,
    /// Answer that a script error stopped the handler.
    ScriptError,
    /// Answer that the handler returned nothing.
    NoAnswer,
}

impl Ending {
    /// What follows from it.
    pub fn verdict(self) -> Verdict {
        let is_value = self.returned == Returned::Value;
        // What a handler returns that has deferred is seldom meant: often the status of its call of defer(). One that
        // awaits defers to win time, and returns its answer in the end.
        if self.is_settled || (self.is_deferred && !(self.has_awaited && is_value)) {
            return Verdict::Leave;
        }
        match self.returned {
            Returned::Value => Verdict::Answer,
            Returned::Nothing | Returned::Empty if self.has_script_error => Verdict::ScriptError,
            Returned::Empty => Verdict::Answer,
            Returned::Nothing => Verdict::NoAnswer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Returned::{Empty, Nothing, Value};
    use super::*;

    const ENDING: Ending =
        Ending { returned: Value, has_awaited: false, is_settled: false, is_deferred: false, has_script_error: false };

    #[test]
    fn what_is_returned_is_the_answer() {
        for has_awaited in [false, true] {
            for returned in [Empty, Value] {
                assert_eq!(Ending { returned, has_awaited, ..ENDING }.verdict(), Verdict::Answer);
            }
            assert_eq!(Ending { returned: Nothing, has_awaited, ..ENDING }.verdict(), Verdict::NoAnswer);
        }
    }

    #[test]
    fn a_script_error_counts_where_the_value_does_not_disprove_it() {
        let stopped = Ending { has_script_error: true, ..ENDING };
        assert_eq!(Ending { returned: Nothing, ..stopped }.verdict(), Verdict::ScriptError);
        assert_eq!(Ending { returned: Empty, ..stopped }.verdict(), Verdict::ScriptError);
        assert_eq!(stopped.verdict(), Verdict::Answer, "the error was in something that it called, and it went on");
    }

    #[test]
    fn a_settled_request_is_left_alone() {
        for returned in [Nothing, Empty, Value] {
            for bits in 0..8 {
                let [has_awaited, is_deferred, has_script_error] = [bits & 1 != 0, bits & 2 != 0, bits & 4 != 0];
                let ending = Ending { returned, has_awaited, is_settled: true, is_deferred, has_script_error };
                assert_eq!(ending.verdict(), Verdict::Leave, "{ending:?}");
            }
        }
    }

    #[test]
    fn a_deferred_request_is_left_to_whoever_deferred_it() {
        let deferred = Ending { is_deferred: true, ..ENDING };
        for returned in [Nothing, Empty, Value] {
            for has_script_error in [false, true] {
                let ending = Ending { returned, has_script_error, ..deferred };
                assert_eq!(ending.verdict(), Verdict::Leave, "{ending:?}");
            }
        }
    }

    #[test]
    fn a_coroutine_that_won_time_answers_with_its_value() {
        let awaited = Ending { is_deferred: true, has_awaited: true, ..ENDING };
        assert_eq!(awaited.verdict(), Verdict::Answer);
        assert_eq!(Ending { returned: Nothing, ..awaited }.verdict(), Verdict::Leave);
        assert_eq!(Ending { returned: Empty, ..awaited }.verdict(), Verdict::Leave);
    }
}
