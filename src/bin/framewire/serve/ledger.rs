//! The commands that were sent: which are open, and what became of each answer.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::time::Instant;

use serde::Serialize;
use serde_json::value::RawValue;

/// How many given-up commands are remembered, to tell a late answer from a second one.
const GIVEN_UP_KEPT: usize = 65_536;

/// Who wants the answer of a command.
#[derive(Debug)]
pub enum Purpose {
    /// A line of standard input; its tag is given back with the answer.
    Line { command: String, tag: Option<Box<RawValue>> },
    /// The running flood.
    Flood,
}

/// A command without an answer.
#[derive(Debug)]
pub struct Open {
    pub connection: u64,
    pub sent_at: Instant,
    /// When it is given up.
    pub deadline: Option<Instant>,
    pub purpose: Purpose,
}

/// What an answer means for its command.
#[derive(Debug)]
pub enum Settled {
    /// The first answer.
    Answered(Open),
    /// The command was given up before: its time or its connection had ended.
    Late,
    /// The command is answered already.
    Doubled,
    /// No command of this server, or not one of this editor.
    Unknown,
}

/// How many commands ended which way, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    pub sent: u64,
    pub answered: u64,
    /// Given up because their connection ended.
    pub lost: u64,
    /// Given up because their time was over.
    pub timed_out: u64,
    /// Answers to commands that were given up.
    pub late: u64,
    /// Second answers.
    pub doubled: u64,
    /// Answers to nothing.
    pub unknown: u64,
}

/// How ids are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdForm {
    /// 32 hexadecimal digits.
    Digits,
    /// As a UUID of version 4.
    Uuid,
}

/// The bits that make a UUID one of version 4, in its first and its second half.
const VERSION_4: (u64, u64) = (0x4000, 1 << 63);

/// All commands of a server. Ids are a random run number and a sequence number, so that any id of the past is known.
pub struct Ledger {
    run: u64,
    form: IdForm,
    open: HashMap<u64, Open>,
    /// Of commands that have one.
    deadlines: BTreeSet<(Instant, u64)>,
    given_up: HashSet<u64>,
    given_up_order: VecDeque<u64>,
    pub totals: Totals,
}

impl Ledger {
    /// An empty ledger. `run` tells its ids from those of other runs.
    pub fn new(run: u64, form: IdForm) -> Self {
        Self {
            run: run & !0xf000 | VERSION_4.0,
            form,
            open: HashMap::new(),
            deadlines: BTreeSet::new(),
            given_up: HashSet::new(),
            given_up_order: VecDeque::new(),
            totals: Totals::default(),
        }
    }

    /// Enters a command and gives it its id.
    pub fn enter(&mut self, open: Open) -> String {
        let number = self.totals.sent;
        self.totals.sent += 1;
        self.deadlines.extend(open.deadline.map(|deadline| (deadline, number)));
        self.open.insert(number, open);
        self.id(number)
    }

    /// How many commands have no answer.
    pub fn open(&self) -> usize {
        self.open.len()
    }

    /// Settles the command of that id, answered by that connection.
    pub fn settle(&mut self, request_id: &str, connection: u64) -> Settled {
        let Some(number) = self.number(request_id) else {
            self.totals.unknown += 1;
            return Settled::Unknown;
        };
        match self.open.remove(&number) {
            Some(open) if open.connection == connection => {
                self.forget_deadline(&open, number);
                self.totals.answered += 1;
                Settled::Answered(open)
            }
            Some(open) => {
                self.open.insert(number, open);
                self.totals.unknown += 1;
                Settled::Unknown
            }
            None if self.given_up.contains(&number) => {
                self.totals.late += 1;
                Settled::Late
            }
            None => {
                self.totals.doubled += 1;
                Settled::Doubled
            }
        }
    }

    /// Gives up all that a connection left open, oldest first.
    pub fn lose(&mut self, connection: u64) -> Vec<(String, Open)> {
        let of_it = |(number, open): (&u64, &Open)| (open.connection == connection).then_some(*number);
        let mut numbers: Vec<u64> = self.open.iter().filter_map(of_it).collect();
        // Numbers grow with time.
        numbers.sort_unstable();
        self.totals.lost += numbers.len() as u64;
        numbers.into_iter().filter_map(|number| self.give_up(number)).collect()
    }

    /// Gives up all whose time is over, the earliest deadline first.
    pub fn expire(&mut self, now: Instant) -> Vec<(String, Open)> {
        let mut expired = Vec::new();
        while let Some((_, number)) = self.deadlines.first().copied().filter(|(deadline, _)| *deadline <= now) {
            self.deadlines.pop_first();
            if let Some(entry) = self.give_up(number) {
                self.totals.timed_out += 1;
                expired.push(entry);
            }
        }
        expired
    }

    /// When [`Ledger::expire`] has work next.
    pub fn next_deadline(&self) -> Option<Instant> {
        self.deadlines.first().map(|(deadline, _)| *deadline)
    }

    fn forget_deadline(&mut self, open: &Open, number: u64) {
        if let Some(deadline) = open.deadline {
            self.deadlines.remove(&(deadline, number));
        }
    }

    fn give_up(&mut self, number: u64) -> Option<(String, Open)> {
        let open = self.open.remove(&number)?;
        self.forget_deadline(&open, number);
        self.given_up.insert(number);
        self.given_up_order.push_back(number);
        if self.given_up_order.len() > GIVEN_UP_KEPT
            && let Some(oldest) = self.given_up_order.pop_front()
        {
            self.given_up.remove(&oldest);
        }
        Some((self.id(number), open))
    }

    fn id(&self, number: u64) -> String {
        let digits = format!("{:016x}{:016x}", self.run, number | VERSION_4.1);
        match self.form {
            IdForm::Digits => digits,
            IdForm::Uuid => {
                [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| digits.get(part).unwrap_or_default()).join("-")
            }
        }
    }

    /// The sequence number in an id that was given out.
    fn number(&self, request_id: &str) -> Option<u64> {
        let digits: String = request_id.chars().filter(|letter| *letter != '-').take(33).collect();
        let number = u64::from_str_radix(digits.get(16..)?, 16).ok()? & !VERSION_4.1;
        (number < self.totals.sent && self.id(number) == request_id).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn ledger() -> (Ledger, Instant) {
        (Ledger::new(0xabc, IdForm::Digits), Instant::now())
    }

    fn open(connection: u64, sent_at: Instant) -> Open {
        let deadline = Some(sent_at + Duration::from_secs(5));
        Open { connection, sent_at, deadline, purpose: Purpose::Flood }
    }

    #[test]
    fn ids_are_written_as_their_form_says() {
        let mut ledger = Ledger::new(u64::MAX, IdForm::Uuid);
        let id = ledger.enter(open(1, Instant::now()));
        assert_eq!(id, "ffffffff-ffff-4fff-8000-000000000000");
        assert!(matches!(ledger.settle(&id.replace('-', ""), 1), Settled::Unknown));
        assert!(matches!(ledger.settle(&id, 1), Settled::Answered(_)));
    }

    #[test]
    fn an_answer_settles_once() {
        let (mut ledger, now) = ledger();
        let id = ledger.enter(open(1, now));
        assert_eq!(id.len(), 32);
        assert!(matches!(ledger.settle(&id, 1), Settled::Answered(_)));
        assert!(matches!(ledger.settle(&id, 1), Settled::Doubled));
        assert_eq!((ledger.totals.answered, ledger.totals.doubled, ledger.open()), (1, 1, 0));
    }

    #[test]
    fn answers_of_others_and_to_nothing_settle_nothing() {
        let (mut ledger, now) = ledger();
        let id = ledger.enter(open(1, now));
        let never_sent = format!("{:016x}{:016x}", 0x4abc, 1_u64 << 63 | 1);
        assert_eq!(id.split_at(16).0, never_sent.split_at(16).0);
        let signed = id.replacen("8", "+", 1);
        for foreign in ["", "é", "x", &"0".repeat(32), &never_sent, &format!("{id}0"), &signed] {
            assert!(matches!(ledger.settle(foreign, 1), Settled::Unknown), "{foreign}");
        }
        assert!(matches!(ledger.settle(&id, 2), Settled::Unknown));
        assert!(matches!(ledger.settle(&id, 1), Settled::Answered(_)));
    }

    #[test]
    fn a_lost_command_is_answered_late() {
        let (mut ledger, now) = ledger();
        let (first, second) = (ledger.enter(open(1, now)), ledger.enter(open(2, now)));
        let lost = ledger.lose(1);
        assert_eq!(lost.iter().map(|(id, _)| id).collect::<Vec<_>>(), [&first]);
        assert!(matches!(ledger.settle(&first, 1), Settled::Late));
        assert!(matches!(ledger.settle(&second, 2), Settled::Answered(_)));
        assert_eq!((ledger.totals.lost, ledger.totals.late), (1, 1));
    }

    #[test]
    fn time_ends_what_is_open_and_nothing_else() {
        let (mut ledger, now) = ledger();
        let answered = ledger.enter(open(1, now));
        ledger.settle(&answered, 1);
        let id = ledger.enter(open(1, now + Duration::from_secs(1)));
        let deadline = ledger.next_deadline().unwrap();
        assert_eq!(deadline, now + Duration::from_secs(6));
        assert!(ledger.expire(deadline - Duration::from_nanos(1)).is_empty());
        assert_eq!(ledger.expire(deadline)[0].0, id);
        assert_eq!((ledger.totals.timed_out, ledger.next_deadline()), (1, None));
    }
}
