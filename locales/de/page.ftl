### Texte von perfex-bridge auf Deutsch.

## Seite: eine Lizenz umziehen

page-move-title = Lizenz umziehen
page-move-heading = Ihre Lizenz für { $product } umziehen?
page-move-effect = Eine Lizenz gilt für eine Domain. Nach dem Umzug arbeitet das Modul auf der neuen Domain und auf der bisherigen nicht mehr.
page-move-product = Produkt
page-move-old = Bisherige Domain
page-move-new = Neue Domain
page-move-button = Lizenz umziehen
page-move-until = Dieser Link funktioniert einmal, bis { $until }.
page-move-not-you = Sie wissen davon nichts? Dann schließen Sie diese Seite: Es ändert sich nichts.

## Hinweise auf Seiten dieser Art

page-moved = Die Lizenz ist umgezogen
page-moved-text = Ihre Lizenz für { $product } gehört jetzt zu { $new_domain }.
page-moved-next = Das Modul dort bemerkt es von selbst innerhalb eines Tages, oder sofort, wenn Sie in seinen Einstellungen auf „Lizenz aktivieren“ klicken.
page-gone = Dieser Link funktioniert nicht mehr
page-gone-text = Er wurde schon benutzt, durch einen neueren ersetzt oder ist mehr als 24 Stunden alt.
page-gone-next = Wenn Sie Ihre Lizenz gerade damit umgezogen haben, ist alles in Ordnung. Sonst fordern Sie in den Einstellungen des Moduls auf der neuen Domain einen neuen Link an.
page-staff = Das müssen wir für Sie tun
page-staff-often = Ihre Lizenz für { $product } ist innerhalb von 30 Tagen dreimal umgezogen. Zu ihrem Schutz übernehmen wir den nächsten Umzug.
page-staff-idle = Ihre Lizenz für { $product } ist zurzeit nicht gültig und kann deshalb nicht umziehen.
page-staff-next = Bitte antworten Sie auf die E-Mail mit diesem Link.
page-forged = Bitte klicken Sie auf unserer Seite
page-forged-text = Das kam nicht von unserer eigenen Seite. Deshalb wurde nichts geändert.
page-forged-next = Öffnen Sie den Link in der E-Mail noch einmal und klicken Sie dort auf die Schaltfläche.
page-busy = Zu viele Anfragen
page-busy-text = Bitte warten Sie eine Minute und öffnen Sie den Link noch einmal. Es wurde nichts geändert.
page-unavailable = Das geht gerade nicht
page-unavailable-text = Bitte öffnen Sie den Link in ein paar Minuten noch einmal. Wenn die Lizenz schon umgezogen ist, steht es dann dort.
