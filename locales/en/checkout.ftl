### Texts of perfex-bridge in English.

## Page: checkout

checkout-title = Checkout
checkout-title-mistakes = Error: Checkout
checkout-you = Your details
checkout-firstname = First name
checkout-lastname = Last name
checkout-email = Email address
checkout-email-hint = The invoice and your license key go here.
checkout-domain = Domain for the trial
checkout-domain-hint = Where you want to try it, such as crm.example.com.
checkout-company = Company
checkout-optional = optional
checkout-country = Country
checkout-choose = Please choose
checkout-vat = VAT ID
checkout-vat-optional = EU businesses
checkout-leave-empty = Leave this field empty
checkout-order = Your order
checkout-quantity-label = Quantity
checkout-net = Net price
checkout-tax = { $tax } { $rate }%
checkout-total = Total
checkout-free = Free
checkout-update = Update the total
checkout-reverse-charge = Reverse charge: the invoice has no VAT, your business accounts for it.
checkout-reverse-charge-note = Reverse charge: VAT is to be accounted for by the recipient (Articles 44 and 196 of Directive 2006/112/EC). VAT ID of the recipient:
checkout-terms = I accept the terms and conditions and have read the privacy policy.
checkout-waiver = I want the license to be delivered at once, and I know that I lose my right of withdrawal when the delivery begins.
checkout-order-paid = Order with obligation to pay
checkout-order-free = Order free of charge
checkout-order-trial = Start the free trial
checkout-then = Next you see your invoice and pay it. Your license key appears as soon as your payment is recorded.
checkout-term-day = { $count } day
checkout-term-days = { $count } days
checkout-term-month = { $count } month
checkout-term-months = { $count } months
checkout-term-year = { $count } year
checkout-term-years = { $count } years
checkout-nothing = There is nothing to order yet
checkout-nothing-text = Choose a product in the shop; the button on its page leads here.
checkout-nothing-left = Nothing is left to order.

## What is wrong with the form; nothing was ordered

checkout-mistakes = Nothing has been ordered yet. Please look at this again:
checkout-empty = Please fill in this field.
checkout-markup = Please write this on one line, without the signs < and >.
checkout-too-long = This has { $length } characters; at most { $limit } can be stored.
checkout-unstorable = The character { $character } cannot be stored here. Please leave it out.
checkout-email-wrong = This is not an email address. Please write it as name@example.org, with at most 100 characters.
checkout-country-wrong = Please choose your country from the list.
checkout-company-missing = A VAT ID belongs to a business. Please add its name, or leave the VAT ID empty.
checkout-vat-form = This does not look like a VAT ID of your country. Please write it like { $example }, or leave the field empty.
checkout-vat-digits = The check digits of this VAT ID do not fit. Please look for a typing error.
checkout-vat-country = This VAT ID is from another country. Please choose the country in which your business has its VAT ID.
checkout-vat-unreadable = A VAT ID has only letters and digits. Please write it as on your own invoices, or leave the field empty.
checkout-domain-wrong = Please write the domain of your site, such as crm.example.com.
checkout-terms-missing = Please accept the terms and conditions.
checkout-waiver-missing = Please confirm that the license may be delivered at once.
checkout-quantity = Please order a whole number from 1 to { $most }.
checkout-one-only = One of this package can be ordered at a time.
checkout-too-much = That is more than one invoice can hold. Please order fewer at a time.
checkout-too-many-packages = At most { $most } packages can be ordered at a time.
checkout-unknown-package = There is no such package. It was taken out of your order.
checkout-retired = { $package } is no longer for sale. It was taken out of your order.
checkout-one-currency = Packages in different currencies need an order each. Only those in the first currency are left here.
checkout-trial-alone = A trial is ordered alone. It was taken out of your order.
checkout-changed = The total for these entries is { $total }. Please check it, and order once more if you agree.

## When the form cannot be taken now; nothing was ordered

checkout-no-cookie = Your browser sent no cookie. Please allow cookies for this site and order again.
checkout-other-site = This form came from another site. Please check it and order here.
checkout-stale = This form is out of date, as after signing in or out. Please check it and order again.
checkout-expired = This form is more than a day old. Please check it and order again.
checkout-honeypot = A field that must stay empty was filled, perhaps by your browser. It is empty now; please order again.
checkout-too-swift = That was faster than anybody can read. Please check the form and order again.
checkout-work = Many orders are coming from your network. Your browser needs a moment for a small calculation; please order again in a few seconds, or after a minute if your browser runs no scripts.
checkout-busy-network = Too many forms are coming from your network. Please wait a minute and order again.
checkout-busy-mailbox = There were too many orders with this email address. Please wait an hour, or write to us.
checkout-demo = This is a demonstration. Nothing can be ordered here.
checkout-locked = Our invoicing is busy. Please order again in a minute; nothing is ordered twice.
checkout-numbering = We cannot issue an invoice at the moment, and have been notified. Please order again later.
checkout-closed = Our invoicing is being updated. Please order again in a few minutes.
checkout-failed = That did not work, through no fault of yours. Please order again in a minute; nothing is ordered twice.

## Page: an order

order-title = Order { $number }
order-number = Order { $number }
order-step-placed = Ordered
order-step-paid = Paid
order-step-free = Free
order-step-key = License key
order-unpaid = Thank you for your order
order-unpaid-text = Your invoice for { $total } is ready, and is on its way to { $email }. Your license key appears here as soon as your payment is recorded.
order-unpaid-corrected-text = Your invoice for { $total } is ready. Your license key appears here as soon as your payment is recorded, and is mailed to { $email }.
order-mailed = Thank you for your order
order-mailed-text = Your invoice for { $total } is on its way to { $email }, with a link to pay it; it arrives within a few minutes. Your license key appears here as soon as your payment is recorded.
order-mailed-corrected-text = Your invoice for { $total } was mailed to the address that you ordered with. Please write to us if you cannot read it there. Your license key appears here as soon as your payment is recorded, and is mailed to { $email }.
order-expired = This order has not been paid
order-expired-text = We do not expect your payment any more. If you still want your license, pay the invoice for { $total }: your license key appears here as soon as your payment is recorded.
order-partial = A part of the total is still to be paid
order-partial-text = We have received a part of { $total }. Your license key appears here as soon as the rest is recorded.
order-partial-left-text = We have received { $received } of { $total }; { $left } is still missing. Your license key appears here as soon as the rest is recorded.
order-making = Your license is being issued
order-making-text = Everything is paid for. Your license key appears here in a moment, and is mailed to { $email }.
order-done = Here is your license key
order-done-many = Here are your license keys
order-done-text = Please keep it in a safe place.
order-done-leaving-text = This is also on its way to { $email }.
order-done-sent-text = This was also sent to { $email }.
order-done-failed-text = The mail to { $email } could not be delivered. Please check the address below.
order-reversed = Your payment was taken back
order-reversed-text = Your license keeps working for a few days. As soon as the payment of { $total } is recorded again, everything is as before.
order-stopped = Your payment was taken back
order-stopped-text = Your license does not work any more. As soon as the payment of { $total } is recorded again, everything is as before.
order-cancelled = This order was cancelled
order-cancelled-text = Nothing is to be paid. If that surprises you, please write to us.
order-pay = View and pay the invoice
order-pay-hint = The invoice opens in a new tab. This page notices your payment by itself.
order-invoice = View the invoice
order-copy = Copy
order-copied-word = Copied
order-copied = The license key was copied.
order-valid-until = Valid until { $until }
order-valid-always = Valid without time limit
order-key-past-due = The payment for this license is missing; it will be suspended soon.
order-key-expired = This license has expired.
order-key-suspended = This license is suspended.
order-key-revoked = This license was revoked.
order-details = Details
order-placed-on = Ordered on
order-resend = Send the license key again
order-correct = Is the email address wrong?
order-correct-label = The right email address
order-correct-button = Correct the address
order-correct-wrong = The address is still the same. Please look at this again:
order-keep = Keep the address of this page: whoever has it can see your order.

## What was done on that page, or not

order-again = This form had been sent already. It made this one order, and nothing was ordered twice. To order the same again, start anew in the shop.
order-resent = The license key is on its way again.
order-resend-waits = The mail is about to leave already.
order-corrected = The address is corrected.
order-not-now = This is not possible any more. Please write to us.
order-stale = This page was out of date. Please try again.
order-too-often = That was often enough for now. Please try again in an hour, or write to us.
