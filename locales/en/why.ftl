### Texts of perfex-bridge in English.

## Why something happened: the details of timelines

why-and = { $first }; { $then }

# What was ordered, and what its invoice says

why-ordered = { $quantity } x { $description }
why-ordered-free = { $quantity } x { $description }, { $kind }, nothing to pay
why-ordered-free-term = { $quantity } x { $description }, { $kind }, nothing to pay, for { $term }
why-kind-paid = paid
why-kind-free = free
why-kind-trial = trial
why-invoiced = { $items }, invoice { $number } over { $total }
why-checkout = by the form: { $country }, { $vat_id }, { $tax }; agreed to terms { $terms } and waiver { $waiver }; { $customer }
why-no-vat-id = no VAT id
why-tax-charged = the seller's taxes
why-tax-reverse-charge = reverse charge
why-customer-new = new customer
why-customer-known = known customer
why-customer-known-by-mail = known customer by the mail address alone: the link to pay goes by mail only, and the form's company and country stand here, not in the CRM
why-invoice-mail-taken = the CRM has mailed the invoice, or somebody removed that mail
why-invoice-mail-pointless = the invoice is deleted or cancelled, so its mail was taken back
why-invoice-mail-left = a cron run of the CRM left the mail of the invoice, so it was taken back: send the invoice by hand
why-resent = by the buyer, on the order's page
why-readdressed = the buyer corrected the address on the order's page, before anything had gone to the old one; the customer's contact in the CRM keeps the address that was ordered with
why-customer = belongs to customer { $after }, no longer to { $before }, as the CRM says
why-expired = placed on { $date } and not paid since; a payment opens it again
why-cancelled = { $count } licenses suspended: { $why }
why-cancelled-by = cancelled by { $name } in the CRM

# What was read of the payment

why-charge = { $before } -> { $after }: { $seen }
why-charge-none = none
why-charge-partial = partial
why-charge-full = full
why-charge-over = over
why-charge-reversed = reversed
why-nothing-to-pay = nothing to pay
why-invoice-deleted = the invoice was deleted
why-received = received { $received } of { $total } (payments: { $payments }, credits: { $credits }), invoice { $standing }
why-received-noted = received { $received } of { $total } (payments: { $payments }, credits: { $credits }), invoice { $standing }, credit notes for it over { $noted }
why-invoice-issued = issued
why-invoice-cancelled = cancelled
why-invoice-draft = draft

# What became of an order's licenses

why-issued = { $issued } licenses issued: { $seen }
why-issued-kept = { $issued } licenses issued, { $kept } was a trial: { $seen }
why-issued-before = { $before } licenses are there: { $seen }
why-issued-beside = { $issued } licenses issued beside { $before }: { $seen }
why-requested = { $count } licenses requested from { $server }: { $seen }
why-withdrawn = { $count } license requests taken back: { $seen }
why-reversed = { $count } licenses past due: the payment was taken back: { $seen }; suspended from { $until } UTC
why-suspended = { $count } licenses suspended: the grace for the missing payment has passed: { $seen }
why-restored = { $count } licenses restored: { $seen }
why-bought-by = by order { $order }: { $description }

# What became of a license

why-license = license { $id }: { $why }
why-unit = order { $order }, unit { $unit } of { $units } { $description }
why-received-from = from { $server } for { $unit }, reference { $reference }
why-came-cancelled = order { $order } was cancelled while its license was being made
why-created = created for `{ $caller }`, reference { $reference }
why-created-package = created for `{ $caller }`, reference { $reference }, package { $package }
why-paid-by = paid by { $unit }
why-bought-until = until { $until } UTC: { $why }
why-bought-without-end = without end: { $why }
why-renewed-from-end = { $term } from its end, until { $until } UTC: { $why }
why-renewed-from-today = { $term } from today, until { $until } UTC: { $why }
why-taken-back = the payment was taken back: { $seen }; suspended from { $until } UTC
why-grace-passed = the grace for the missing payment has passed: { $seen }
why-paid-again = paid again: { $seen }
why-by = by { $name } in the CRM
why-issued-by-hand = issued by hand
why-suspended-by-staff = suspended by staff
why-restored-by-staff = restored by staff
why-renewed-by-staff = renewed by staff
why-revoked-by-staff = revoked by staff
why-activated = activated on { $domain }
why-released = released from { $domain }
why-stray = released from { $domain }, which is not under { $production }
why-stray-alone = released from { $domain }, which is under no production domain
why-move-requested = from { $from } to { $to }: the holder gets a link by mail
why-moved = from { $from } to { $to } by the mailed link

# Where a request to another machine's license server stands

why-request-unit = order { $order }, unit { $unit } of { $units }
why-request-waits = { $unit }: { $server } is asked for its license
why-request-retry = { $unit }: { $server } was asked { $attempts } times, last: { $last }; again { $again } UTC
why-request-refused = { $unit }: { $last }; mend what it says, then `perfex-bridge outbox retry { $id }`
why-no-answer = no answer yet
