### Texte von perfex-bridge auf Deutsch.

## Was die Glocke des CRM den Mitarbeitern meldet

bell-reversed = Bestellung { $order }: Eine Zahlung wurde zurückgenommen. Betroffene Lizenzen: { $count }. Sie funktionieren bis { $until } und werden dann gesperrt, wenn nicht neu bezahlt wird.
