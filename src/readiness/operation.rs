//! Operations: what begins with a busy phase and ends with a settled one, under one id.

use super::Readiness;

/// The operation under way, or the last one.
#[derive(Debug, Default)]
pub struct Operation {
    present: Option<Step>,
    /// What was before the operation began.
    before: Option<Step>,
}

#[derive(Clone, Debug)]
struct Step {
    phase: Readiness,
    id: u128,
    reason: Option<String>,
}

impl Operation {
    /// Its id: 32 lower-case hex digits.
    pub fn id(&self) -> String {
        format!("{:032x}", self.present.as_ref().map_or(0, |step| step.id))
    }

    /// Takes the next phase; gives the reason to tell. A phase that only proves the end of an operation belongs to it.
    /// A phase that comes back by a restore has its old id and reason again.
    pub fn go_on(
        &mut self,
        phase: Readiness,
        is_proving: bool,
        is_restored: bool,
        reason: Option<String>,
        fresh: impl FnOnce() -> u128,
    ) -> Option<String> {
        let Some(present) = self.present.as_mut() else {
            self.present = Some(Step { phase, id: fresh(), reason: reason.clone() });
            return reason;
        };
        if present.phase == phase {
            // Reasons may change within a phase; what was restored keeps the old one where none is told.
            present.reason = reason.or_else(|| if is_restored { present.reason.take() } else { None });
            return present.reason.clone();
        }
        if is_restored && let Some(before) = self.before.take_if(|before| before.phase == phase) {
            let reason = reason.or(before.reason);
            self.present = Some(Step { phase, id: before.id, reason: reason.clone() });
            return reason;
        }
        let goes_on = is_busy(present.phase)
            && (!is_busy(phase)
                || is_proving
                || (present.phase, phase) == (Readiness::Reloading, Readiness::Recovering));
        let id = if goes_on { present.id } else { fresh() };
        let step = Step { phase, id, reason: reason.clone() };
        let last = std::mem::replace(present, step);
        if !goes_on {
            self.before = Some(last);
        }
        reason
    }
}

/// Whether a phase is one that passes.
fn is_busy(phase: Readiness) -> bool {
    !matches!(phase, Readiness::Ready | Readiness::Failed | Readiness::Stopped)
}
