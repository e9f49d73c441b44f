### Texts of perfex-bridge in English.

## What the CRM's bell tells staff

bell-reversed = Order { $order }: a payment was taken back. Licenses that lost it: { $count }. They work until { $until }, then they are suspended, unless it is paid again.
