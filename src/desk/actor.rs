//! Who is asking: a signed-in person, as ids only. The role is looked up at each decision.
//! Must never be buildable outside the desk: holding one proves a sign-in.

use crate::domain::ids::{CommandId, SignInId, UserId};

use super::event::{Cause, Door};

/// A signed-in person behind a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    user: UserId,
    sign_in: SignInId,
    door: Door,
}

impl Actor {
    pub(super) const fn new(user: UserId, sign_in: SignInId, door: Door) -> Self {
        Self { user, sign_in, door }
    }
    /// Who.
    pub const fn user(&self) -> UserId {
        self.user
    }
    /// Which sign-in.
    pub const fn sign_in(&self) -> SignInId {
        self.sign_in
    }
    /// Which door.
    pub const fn door(&self) -> Door {
        self.door
    }
    /// As the cause of what a command of theirs leads to.
    pub(super) const fn cause(&self, command: CommandId) -> Cause {
        let Self { user, sign_in, door } = *self;
        Cause { user: Some(user), sign_in: Some(sign_in), door, command: Some(command) }
    }
}
