### Texts of perfex-bridge in German.

## Why something happened: the details of timelines

why-and = { $first }; { $then }

# What was ordered, and what its invoice says

why-ordered = { $quantity } x { $description }
why-ordered-free = { $quantity } x { $description }, { $kind }, nichts zu zahlen
why-ordered-free-term = { $quantity } x { $description }, { $kind }, nichts zu zahlen, Dauer { $term }
why-kind-paid = zu kaufen
why-kind-free = kostenlos
why-kind-trial = Testversion
why-invoiced = { $items }, Rechnung { $number } über { $total }
why-checkout = über das Formular: { $country }, { $vat_id }, { $tax }; zugestimmt: Geschäftsbedingungen { $terms }, sofortige Lieferung { $waiver }; { $customer }
why-no-vat-id = keine USt-IdNr.
why-tax-charged = Steuern des Verkäufers
why-tax-reverse-charge = Steuerschuld beim Empfänger (Reverse Charge)
why-customer-new = neuer Kunde
why-customer-known = bekannter Kunde
why-customer-known-by-mail = nur an der E-Mail-Adresse als Kunde erkannt: Der Link zum Bezahlen geht nur per E-Mail hinaus; Firma und Land aus dem Formular stehen hier, nicht im CRM
why-invoice-mail-taken = Das CRM hat die Rechnung per E-Mail gesendet, oder jemand hat diese E-Mail entfernt
why-invoice-mail-pointless = Die Rechnung ist gelöscht oder storniert, deshalb wurde ihre E-Mail zurückgenommen
why-invoice-mail-left = Ein Cron-Lauf des CRM hat die E-Mail mit der Rechnung liegen lassen, deshalb wurde sie zurückgenommen: Bitte senden Sie die Rechnung von Hand
why-resent = vom Käufer, auf der Seite der Bestellung
why-readdressed = Der Käufer hat die Adresse auf der Seite der Bestellung berichtigt, bevor etwas an die alte ging; der Kontakt im CRM behält die Adresse, mit der bestellt wurde
why-customer = gehört jetzt zum Kunden { $after }, nicht mehr zu { $before }, wie im CRM
why-expired = am { $date } bestellt und seither nicht bezahlt; eine Zahlung öffnet sie wieder
why-cancelled = gesperrte Lizenzen: { $count }; { $why }
why-cancelled-by = storniert von { $name } im CRM

# What was read of the payment

why-charge = { $before } → { $after }: { $seen }
why-charge-none = nicht bezahlt
why-charge-partial = teilweise bezahlt
why-charge-full = bezahlt
why-charge-over = überzahlt
why-charge-reversed = Zahlung zurückgenommen
why-nothing-to-pay = nichts zu zahlen
why-invoice-deleted = Die Rechnung wurde gelöscht
why-received = { $received } von { $total } eingegangen (Zahlungen: { $payments }, Gutschriften: { $credits }), Rechnung { $standing }
why-received-noted = { $received } von { $total } eingegangen (Zahlungen: { $payments }, Gutschriften: { $credits }), Rechnung { $standing }, Gutschriften zu ihr über { $noted }
why-invoice-issued = ausgestellt
why-invoice-cancelled = storniert
why-invoice-draft = im Entwurf

# What became of an order's licenses

why-issued = ausgestellte Lizenzen: { $issued }; { $seen }
why-issued-kept = ausgestellte Lizenzen: { $issued }, aus einer Testversion: { $kept }; { $seen }
why-issued-before = vorhandene Lizenzen: { $before }; { $seen }
why-issued-beside = ausgestellte Lizenzen: { $issued }, schon vorhanden: { $before }; { $seen }
why-requested = bei { $server } angeforderte Lizenzen: { $count }; { $seen }
why-withdrawn = zurückgenommene Anforderungen: { $count }; { $seen }
why-reversed = überfällige Lizenzen: { $count }; die Zahlung wurde zurückgenommen: { $seen }; gesperrt ab { $until } UTC
why-suspended = gesperrte Lizenzen: { $count }; die Frist für die fehlende Zahlung ist abgelaufen: { $seen }
why-restored = wiederhergestellte Lizenzen: { $count }; { $seen }
why-bought-by = durch Bestellung { $order }: { $description }

# What became of a license

why-license = Lizenz { $id }: { $why }
why-unit = Bestellung { $order }, Stück { $unit } von { $units } { $description }
why-received-from = von { $server } für { $unit }, Kennung { $reference }
why-came-cancelled = Bestellung { $order } wurde storniert, während ihre Lizenz erstellt wurde
why-created = angelegt für „{ $caller }“, Kennung { $reference }
why-created-package = angelegt für „{ $caller }“, Kennung { $reference }, Paket { $package }
why-paid-by = bezahlt durch { $unit }
why-bought-until = bis { $until } UTC: { $why }
why-bought-without-end = unbefristet: { $why }
why-renewed-from-end = { $term } ab ihrem Ende, bis { $until } UTC: { $why }
why-renewed-from-today = { $term } ab heute, bis { $until } UTC: { $why }
why-taken-back = Die Zahlung wurde zurückgenommen: { $seen }; gesperrt ab { $until } UTC
why-grace-passed = Die Frist für die fehlende Zahlung ist abgelaufen: { $seen }
why-paid-again = wieder bezahlt: { $seen }
why-by = von { $name } im CRM
why-issued-by-hand = von Hand ausgestellt
why-suspended-by-staff = von Mitarbeitern gesperrt
why-restored-by-staff = von Mitarbeitern wiederhergestellt
why-renewed-by-staff = von Mitarbeitern verlängert
why-revoked-by-staff = von Mitarbeitern entzogen
why-activated = auf { $domain } aktiviert
why-released = von { $domain } freigegeben
why-stray = von { $domain } freigegeben: Das liegt nicht unter { $production }
why-stray-alone = von { $domain } freigegeben: Das liegt unter keiner aktiven Domain
why-move-requested = von { $from } nach { $to }: Der Inhaber bekommt einen Link per E-Mail
why-moved = von { $from } nach { $to } über den Link aus der E-Mail

# Where a request to another machine's license server stands

why-request-unit = Bestellung { $order }, Stück { $unit } von { $units }
why-request-waits = { $unit }: Die Lizenz wird bei { $server } angefordert
why-request-retry = { $unit }: Anfragen bei { $server }: { $attempts }, zuletzt: { $last }; wieder { $again } UTC
why-request-refused = { $unit }: { $last }; beheben Sie, was dort steht, dann `perfex-bridge outbox retry { $id }`
why-no-answer = noch keine Antwort
