//! The permission table of model.md section 3 written out: every role, grant and act.
//! Must never be computed from the code it checks.

use super::{Act, Grant, Role, RoleName, Verdict};

/// For each act: what admin, trader, analyst and viewer get with no grant, view, trade, admin.
/// `y` allowed, `r` the role cannot trade, `n` no grant, `s` grant too small, `f` flag missing.
const TABLE: [(Act, [&str; 4]); 16] = [
    (Act::Trade, ["yyyy", "nsyy", "rrrr", "rrrr"]),
    (Act::Cancel, ["yyyy", "nsyy", "nsyy", "nsyy"]),
    (Act::SeePortfolio, ["yyyy", "nyyy", "yyyy", "nyyy"]),
    (Act::CreatePortfolio, ["yyyy", "ffff", "ffff", "ffff"]),
    (Act::ManagePortfolio, ["yyyy", "nssy", "nssy", "nssy"]),
    (Act::SeeForeignOrders, ["yyyy", "ffff", "yyyy", "ffff"]),
    (Act::OwnSettings, ["yyyy", "yyyy", "yyyy", "yyyy"]),
    (Act::ManageUsers, ["yyyy", "ffff", "ffff", "ffff"]),
    (Act::EditRoles, ["yyyy", "ffff", "ffff", "ffff"]),
    (Act::SetLimits, ["yyyy", "ffff", "ffff", "ffff"]),
    (Act::Halt, ["yyyy", "ffff", "ffff", "ffff"]),
    (Act::Approve, ["yyyy", "ffff", "ffff", "ffff"]),
    (Act::BookBreak, ["yyyy", "ffff", "ffff", "ffff"]),
    (Act::ReadJournal, ["yyyy", "ffff", "ffff", "ffff"]),
    (Act::ExportAll, ["yyyy", "ffff", "ffff", "ffff"]),
    (Act::EndSignIns, ["yyyy", "ffff", "ffff", "ffff"]),
];

fn letter(verdict: Verdict) -> char {
    match verdict {
        Verdict::Allowed => 'y',
        Verdict::RoleCannotTrade => 'r',
        Verdict::NoGrant => 'n',
        Verdict::GrantTooSmall { .. } => 's',
        Verdict::RoleLacksFlag => 'f',
    }
}

#[test]
fn every_role_grant_and_act_gets_what_the_table_says() {
    let grants = [None, Some(Grant::View), Some(Grant::Trade), Some(Grant::Admin)];
    let listed: Vec<Act> = TABLE.iter().map(|(act, _)| *act).collect();
    assert_eq!(listed, Act::ALL, "every act has a row");
    for (act, rows) in TABLE {
        for (name, row) in RoleName::ALL.into_iter().zip(rows) {
            let role = Role::seeded(name);
            let found: String =
                grants.map(|grant| letter(role.allows(act, grant))).iter().collect();
            assert_eq!(found, row, "{act:?} as {name}");
        }
    }
}

#[test]
fn an_admin_without_the_flag_cannot_trade() {
    let role = Role { can_create_trade: false, ..Role::seeded(RoleName::Admin) };
    assert_eq!(role.allows(Act::Trade, Some(Grant::Admin)), Verdict::RoleCannotTrade);
    assert_eq!(role.allows(Act::Cancel, None), Verdict::Allowed);
}
