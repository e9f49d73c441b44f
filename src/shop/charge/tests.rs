use crate::ids::{OrderItemId, PackageId, PaymentId, ProductId};
use crate::perfex::credit_note::{CreditLine, CreditNote};
use crate::perfex::invoice::Receipts;
use crate::perfex::tax::Tax;

use super::super::package::Kind;
use super::*;

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

/// An item of so many units at a price without tax.
fn item(id: i64, name: &str, quantity: u32, price: &str) -> Item {
    Item {
        id: OrderItemId(id),
        package: PackageId(id),
        sku: name.into(),
        product_id: ProductId(id),
        product: name.into(),
        product_name: name.into(),
        kind: Kind::Paid,
        description: name.into(),
        quantity,
        unit_price: amount(price),
        tax: None,
        term: None,
        sites: 1,
    }
}

fn invoice(total: &str, received: &str, notes: Vec<CreditNote>) -> Invoice {
    let receipts = Receipts { payments: vec![(PaymentId(1), amount(received))], credits: Vec::new() };
    Invoice::for_test(Standing::Issued, amount(total), receipts, notes)
}

/// A credit note with lines `(text, quantity, rate)`.
fn note(total: &str, lines: &[(&str, u32, &str)]) -> CreditNote {
    let line = |(text, quantity, rate): &(&str, u32, &str)| CreditLine {
        description: (*text).into(),
        quantity: *quantity,
        rate: amount(rate),
    };
    CreditNote { id: 1, total: amount(total), applied: Amount::ZERO, lines: lines.iter().map(line).collect() }
}

const OPEN: Before = Before { state: OrderState::Placed, fulfilment: Fulfilment::Open, licensed: false };
const DONE: Before = Before { state: OrderState::Placed, fulfilment: Fulfilment::Fulfilled, licensed: true };

/// Charge, step and the units that are not paid, as `1.1` for unit 1 of item 1.
fn said(invoice: Option<&Invoice>, items: &[Item], before: Before) -> String {
    let verdict = judge(invoice, items, before);
    let unpaid: Vec<String> = verdict.unpaid.iter().map(|(item, unit)| format!("{item}.{unit}")).collect();
    format!("{} {:?} [{}]", verdict.charge, verdict.step, unpaid.join(" "))
}

#[test]
fn charges_compare_at_two_places() {
    assert_eq!(of(amount("49"), amount("0")), Charge::None);
    assert_eq!(of(amount("49"), amount("48.99")), Charge::Partial);
    assert_eq!(of(amount("49"), amount("49.00")), Charge::Full);
    assert_eq!(of(amount("49"), amount("49.01")), Charge::Over);
    assert_eq!(of(Amount::ZERO, Amount::ZERO), Charge::Full);
    assert_eq!(of(amount("49"), Amount::ZERO - amount("1")), Charge::None);
}

#[test]
fn a_deleted_invoice_cancels_the_order_and_reverses_what_was_fulfilled() {
    let items = [item(1, "a", 1, "49")];
    assert_eq!(judge(None, &items, OPEN).state, OrderState::Cancelled);
    assert_eq!(said(None, &items, OPEN), "none Wait [1.1]");
    assert_eq!(said(None, &items, DONE), "reversed Follow [1.1]");
    assert_eq!(said(None, &items, Before { licensed: true, ..OPEN }), "reversed Follow [1.1]");
}

#[test]
fn before_fulfilment_all_must_be_paid_and_afterwards_each_unit_that_money_covers_is_kept() {
    let items = [item(1, "a", 2, "49"), item(2, "b", 1, "100")];
    for (received, open, done) in [
        ("0", "none Wait [1.1 1.2 2.1]", "reversed Follow [1.1 1.2 2.1]"),
        ("48.99", "partial Wait [1.1 1.2 2.1]", "reversed Follow [1.1 1.2 2.1]"),
        ("49", "partial Wait [1.2 2.1]", "partial Follow [1.2 2.1]"),
        ("98", "partial Wait [2.1]", "partial Follow [2.1]"),
        ("197.99", "partial Wait [2.1]", "partial Follow [2.1]"),
        ("198", "full Fulfil []", "full Follow []"),
        ("200", "over Fulfil []", "over Follow []"),
    ] {
        let invoice = invoice("198", received, Vec::new());
        assert_eq!(said(Some(&invoice), &items, OPEN), open, "{received}");
        assert_eq!(said(Some(&invoice), &items, DONE), done, "{received}");
    }
}

#[test]
fn a_line_of_a_credit_note_gives_back_the_units_that_it_names_and_keeps_the_rest() {
    let items = [item(1, "a", 3, "49"), item(2, "b", 1, "100")];
    let after = |note: CreditNote| said(Some(&invoice("247", "247", vec![note])), &items, DONE);
    assert_eq!(after(note("100", &[("b", 1, "100")])), "partial Follow [2.1]");
    assert_eq!(after(note("49", &[("a", 1, "49")])), "partial Follow [1.3]");
    assert_eq!(after(note("98", &[(" a ", 2, "49")])), "partial Follow [1.2 1.3]");
    assert_eq!(after(note("149", &[("a", 1, "49"), ("b", 1, "100")])), "partial Follow [1.3 2.1]");
    assert_eq!(after(note("247", &[("a", 3, "49"), ("b", 1, "100")])), "reversed Follow [1.1 1.2 1.3 2.1]");
    assert_eq!(after(note("980", &[("a", 20, "49")])), "reversed Follow [1.1 1.2 1.3 2.1]");
}

#[test]
fn a_copy_of_a_line_whose_price_staff_changed_on_the_invoice_gives_back_what_it_names() {
    let items = [item(1, "a", 2, "49"), item(2, "b", 1, "100")];
    // Sold for 60 instead of 198: 14.85, 14.85 and 30.30.
    let after = |note: CreditNote| said(Some(&invoice("60", "60", vec![note])), &items, DONE);
    assert_eq!(after(note("60", &[("a", 2, "14.85"), ("b", 1, "30.30")])), "reversed Follow [1.1 1.2 2.1]");
    assert_eq!(after(note("14.85", &[("a", 1, "14.85")])), "partial Follow [1.2]");
    assert_eq!(after(note("14", &[("a", 1, "14")])), "full Follow []");
    // Five sites whose shares are rounded up.
    let sites = [Item { sites: 5, ..item(1, "five", 1, "60") }];
    let whole = invoice("50.03", "50.03", vec![note("50.03", &[("five", 1, "50.03")])]);
    assert_eq!(said(Some(&whole), &sites, DONE), "reversed Follow [1.1 1.2 1.3 1.4 1.5]");
    // For nothing.
    let free = invoice("0", "0", vec![note("0", &[("a", 2, "0"), ("b", 1, "0")])]);
    assert_eq!(said(Some(&free), &items, DONE), "reversed Follow [1.1 1.2 2.1]");
}

#[test]
fn an_amount_gives_back_whole_units_and_less_is_a_price_reduction() {
    let items = [item(1, "a", 2, "49"), item(2, "b", 1, "10")];
    let after = |total: &str, lines: &[(&str, u32, &str)]| {
        said(Some(&invoice("108", "108", vec![note(total, lines)])), &items, DONE)
    };
    assert_eq!(after("5", &[("for the trouble", 1, "5")]), "full Follow []");
    assert_eq!(after("9.99", &[]), "full Follow []");
    assert_eq!(after("49", &[("refund", 1, "49")]), "partial Follow [1.2]");
    assert_eq!(after("10", &[]), "partial Follow [2.1]");
    assert_eq!(after("60", &[]), "partial Follow [1.2 2.1]");
    assert_eq!(after("108", &[]), "reversed Follow [1.1 1.2 2.1]");
    // The same text at a lower price is a reduction of that item.
    assert_eq!(after("18", &[("a", 2, "9")]), "full Follow []");
    assert_eq!(after("9", &[("a", 1, "9")]), "full Follow []");
}

#[test]
fn a_note_that_settles_its_own_invoice_pays_for_nothing() {
    let items = [item(1, "a", 1, "49"), item(2, "b", 1, "49")];
    let with = |paid: &str, applied: &str, note: CreditNote| {
        let mut found = invoice("98", paid, vec![CreditNote { applied: amount(applied), ..note }]);
        found.receipts.credits.push((crate::ids::CreditId(1), amount(applied)));
        said(Some(&found), &items, OPEN)
    };
    let whole = || note("98", &[("a", 1, "49"), ("b", 1, "49")]);
    assert_eq!(with("0", "98", whole()), "none Wait [1.1 2.1]");
    assert_eq!(with("20", "78", whole()), "none Wait [1.1 2.1]");
    let part = || note("49", &[("b", 1, "49")]);
    assert_eq!(with("0", "49", part()), "none Wait [1.1 2.1]");
    assert_eq!(with("49", "49", part()), "partial Fulfil [2.1]");
    // A reduction is as good as money.
    assert_eq!(with("93", "5", note("5", &[("rebate", 1, "5")])), "full Fulfil []");
}

#[test]
fn shares_follow_the_present_total_and_add_up() {
    let taxed = |id, name, price| Item {
        tax: Some(Tax { name: "VAT".into(), rate: "19".parse().unwrap() }),
        ..item(id, name, 1, price)
    };
    let items = [taxed(1, "a", "10"), taxed(2, "b", "20"), item(3, "c", 1, "33.33")];
    // 69.03 without the discount: the units are worth 10.34, 20.69 and 28.97 of 60.00.
    let after = |received: &str| said(Some(&invoice("60", received, Vec::new())), &items, DONE);
    assert_eq!(after("60"), "full Follow []");
    assert_eq!(after("59.99"), "partial Follow [3.1]");
    assert_eq!(after("31.03"), "partial Follow [3.1]");
    assert_eq!(after("31.02"), "partial Follow [2.1 3.1]");
    assert_eq!(after("10.33"), "reversed Follow [1.1 2.1 3.1]");
    assert_eq!(said(Some(&invoice("0", "0", Vec::new())), &items, OPEN), "full Fulfil []");
}

#[test]
fn only_a_payment_opens_an_expired_order() {
    let items = [item(1, "a", 1, "49")];
    let expired = Before { state: OrderState::Expired, ..OPEN };
    assert_eq!(judge(Some(&invoice("49", "0", Vec::new())), &items, expired).state, OrderState::Expired);
    assert_eq!(judge(Some(&invoice("49", "1", Vec::new())), &items, expired).state, OrderState::Placed);
    assert_eq!(judge(Some(&invoice("0", "0", Vec::new())), &items, expired).state, OrderState::Placed);
    assert_eq!(judge(None, &items, expired).state, OrderState::Cancelled);
}

#[test]
fn a_package_for_several_sites_is_as_many_units_and_a_credit_note_gives_whole_packages_back() {
    let items = [Item { sites: 3, ..item(1, "five", 2, "10.00") }];
    let numbers =
        |coverage: &Coverage| coverage.unpaid().into_iter().map(|(_, unit)| unit).collect::<Vec<_>>();
    let paid = Coverage::of(&invoice("20.00", "20.00", Vec::new()), &items);
    assert_eq!(numbers(&paid), Vec::<u32>::new());
    let half = Coverage::of(&invoice("20.00", "10.00", Vec::new()), &items);
    assert_eq!(numbers(&half), [4, 5, 6]);
    assert_eq!(numbers(&Coverage::none(&items)), [1, 2, 3, 4, 5, 6]);
}
