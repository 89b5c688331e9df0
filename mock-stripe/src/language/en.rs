//! English, American and British.

use super::money::{MoneyForm, Place};
use super::texts::{Language, Texts};

pub(super) static LANGUAGE: Language = Language { tag: "en", texts: TEXTS, money: MONEY, refusals: REFUSALS };

/// British English differs in how it names currencies.
pub(super) static BRITISH: Language = Language {
    tag: "en-GB",
    texts: TEXTS,
    money: MoneyForm {
        names: "usd=US$ aud=A$ brl=R$ cad=CA$ cny=CN¥ eur=€ gbp=£ hkd=HK$ ils=₪ inr=₹ jpy=JP¥ krw=₩ mxn=MX$ nzd=NZ$ php=₱ twd=NT$ vnd=₫ xaf=FCFA xcd=EC$ xof=F\u{202f}CFA xpf=CFPF",
        ..MONEY
    },
    refusals: REFUSALS,
};

const MONEY: MoneyForm = MoneyForm {
    decimal: '.',
    group: ",",
    groups_from: 4,
    place: Place::Before,
    names: "usd=$ aud=A$ brl=R$ cad=CA$ cny=CN¥ eur=€ gbp=£ hkd=HK$ ils=₪ inr=₹ jpy=¥ krw=₩ mxn=MX$ nzd=NZ$ php=₱ twd=NT$ vnd=₫ xaf=FCFA xcd=EC$ xof=F\u{202f}CFA xpf=CFPF",
};

const TEXTS: Texts = Texts {
    your_order: "Your order",
    total: "Total",
    amount: "Amount",
    quantity_of: "Quantity of {name}",
    email: "E-mail",
    name: "Name",
    business_name: "Business name",
    individual_name: "Full name",
    phone: "Phone number",
    line1: "Billing address",
    line2: "Address, second line",
    postal_code: "Postal code",
    city: "Town",
    state: "State or region",
    country: "Country (two letters)",
    optional: "{name} (optional)",
    terms: "I agree to the terms of service",
    delivery: "Delivery",
    delivery_address: "Delivery address",
    of_delivery: "Delivery: {name}",
    promotion_code: "Promotion code",
    apply: "Apply the code",
    subtotal: "Subtotal",
    discount: "Discount",
    pay_with: "Pay with",
    card: "Card",
    card_number: "Card number",
    card_expiry: "Expiry (MM/YY)",
    expiry_form: "MM / YY",
    card_cvc: "Security code",
    cvc_form: "CVC",
    sepa_debit: "Bank debit (SEPA)",
    sepa_hint: "A bank debit is confirmed later; the seller hears of it when the bank has answered.",
    pay: "Pay {total}",
    book: "Book {total}",
    donate: "Donate {total}",
    complete: "Complete order",
    cancel: "Cancel and go back",
    problems: "This did not work yet",
    challenge: ("Confirm your payment", "Your bank asks whether it is you who pays (3-D Secure)."),
    challenge_confirm: "Confirm the payment",
    challenge_fail: "Fail the check",
    on_its_way: ("Payment on its way", "Your bank will be asked for the payment. This can take some days."),
    held: ("Thanks for your order", "The amount is reserved. The seller takes it later."),
    paid: ("Thanks for your payment", "Your payment was successful."),
    free: ("Thanks for your order", "There was nothing to pay."),
    next: "Continue",
    reference: "Reference: {session}",
    no_such_page: ("Page not found", "There is no payment page at this address."),
    inactive: ("This link is no longer active", "This payment link is no longer active."),
    expired: (
        "This checkout has expired",
        "This checkout page has timed out. Please go back to the seller and start again.",
    ),
    confirmed: ("Payment confirmed", "Your bank knows that it is you who pays. You can close this page."),
    not_confirmed: (
        "Payment not confirmed",
        "This payment was not confirmed. Please go back to the seller and try again.",
    ),
    subscription: ("Not available here", "This link sells a subscription."),
    footer: "Test page of a fake Stripe. No real money moves; use test cards only.",
};

macro_rules! same {
    ($($text:literal),* $(,)?) => { &[$(($text, $text)),*] };
}

const REFUSALS: &[(&str, &str)] = same!(
    "Enter a complete e-mail address.",
    "Enter the name of the account's owner.",
    "Choose a way to pay.",
    "Enter an amount within the range offered.",
    "Choose a quantity within the range offered.",
    "The form could not be read. Please try again.",
    "This amount cannot be paid. Please choose another quantity.",
    "This payment was already made.",
    "There is nothing to confirm. Please enter your card again.",
    "Enter your card number.",
    "Your card number is incorrect.",
    "Your card's expiration date is incomplete.",
    "Your card's expiration month is invalid.",
    "Your card's expiration date is in the past.",
    "Your card's expiration year is invalid.",
    "Enter your card's security code.",
    "Your card's security code is invalid.",
    "The IBAN you entered is invalid.",
    "Your card was declined.",
    "Your card has insufficient funds.",
    "Your card has expired.",
    "Your card's security code is incorrect.",
    "An error occurred while processing your card. Try again in a little bit.",
    "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    "Your card was declined. This transaction requires authentication.",
    "This code is invalid.",
    "This code cannot be used for this order.",
    "Fill in this field.",
    "Enter a complete phone number.",
    "Enter the country as two letters, such as DE or US.",
    "Choose one of the options.",
    "Enter digits only.",
    "This answer is too long or too short.",
    "You must agree to the terms of service.",
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
);
