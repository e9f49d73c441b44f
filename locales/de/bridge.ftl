### Texte von perfex-bridge auf Deutsch.

## Übersicht

bridge-overview = Übersicht der Bridge
bridge-health = Zustand
bridge-versions = Versionen
bridge-oldest = älteste vom { $at }
bridge-outbox-all = Alle E-Mails und Lizenzanfragen
bridge-summary-good = Alles läuft.
bridge-summary-warn = Alles läuft, aber jemand sollte nachsehen.
bridge-summary-bad = Etwas läuft nicht.
bridge-level-good = gut
bridge-level-warn = ansehen
bridge-level-bad = gestört
bridge-sign-database = Datenbank
bridge-sign-watch = Beobachtung der Zahlungen
bridge-sign-loops = Hintergrundarbeit
bridge-sign-messages = E-Mails und Anfragen
bridge-sign-jobs = Geplante Aufgaben
bridge-sign-license = Lizenz des Moduls
bridge-sign-routes = Öffentliche Adressen
bridge-sign-module = Modul im CRM
bridge-unread = Das konnte nicht geprüft werden: { $reason }
bridge-database-good = { $server } antwortet in { $took } ms.
bridge-database-bad = Die Datenbank antwortet nicht: { $reason }
bridge-database-silent = Die Datenbank antwortet nicht rechtzeitig.
bridge-watch-looked = Zuletzt vor { $seconds } s nachgesehen (Verfahren: { $mode }).
bridge-watch-starting = Der erste Blick steht noch aus.
bridge-watch-waiting = Sie wartet: { $reason }
bridge-loops-good = Alle { $count } Hintergrunddienste laufen.
bridge-loops-bad = { $reason }
bridge-messages-waiting = Warten auf den Versand: { $count }.
bridge-messages-failed = Nicht zugestellt: { $failed }, warten auf den Versand: { $count }.
bridge-jobs-good = Alle { $count } Aufgaben sind pünktlich.
bridge-jobs-late = Die Aufgabe „{ $job }“ ist überfällig.
bridge-jobs-failing = Die Aufgabe „{ $job }“ schlägt fehl: { $reason }
bridge-license-valid = { $module }: gültig
bridge-license-grace = { $module }: bei der letzten Prüfung nicht bestätigt, läuft bis zum Ende der Schonfrist
bridge-license-missing = { $module }: noch keine Lizenz
bridge-license-locked = { $module }: gesperrt
bridge-license-server-unread = Was zum Lizenzserver gespeichert ist, lässt sich nicht lesen: Bestellungen warten auf ihre Lizenzen. Bitte geben Sie Adresse und API-Schlüssel in den Einstellungen neu ein.
bridge-routes-good = Unser Block in my_routes.php ist, wie er sein soll.
bridge-routes-drift = Unser Block in my_routes.php fehlt oder wurde verändert. Führen Sie „perfex-bridge routes write“ aus.
bridge-module-good = Version { $version }, so wie dieser Dienst sie schreibt.
bridge-module-missing = Es ist nicht installiert. Führen Sie „perfex-bridge install“ aus.
bridge-module-other = Seine Dateien sind nicht die dieses Dienstes. Führen Sie „perfex-bridge install“ aus.
bridge-version-daemon = perfex-bridge
bridge-version-module = Modul im CRM
bridge-version-perfex = Perfex-Datenbank
bridge-version-php = PHP des CRM
bridge-version-database = Datenbankserver
bridge-version-mail = E-Mail-Versand

## Widget auf dem Dashboard

bridge-widget-orders = Bestellungen heute: { $count }
bridge-widget-failed = Nicht zugestellte E-Mails: { $count }

## E-Mails und Lizenzanfragen auf dem Weg hinaus

outbox-title = E-Mails und Lizenzanfragen
outbox-none = Hier gibt es keine Nachrichten.
outbox-message = Nachricht { $id }
outbox-number = Nr.
outbox-what = Was
outbox-to = An
outbox-from = Von
outbox-subject = Betreff
outbox-state = Status
outbox-any = alle
outbox-attempts = Versuche
outbox-written = Geschrieben
outbox-next = Nächster Versuch
outbox-finished = Erledigt
outbox-uncertain = Unklar seit
outbox-language = Sprache
outbox-kind-license-request = Lizenzanfrage
outbox-state-ready = wartet
outbox-state-sending = geht gerade hinaus
outbox-state-sent = zugestellt
outbox-state-retry = wird erneut versucht
outbox-state-uncertain = vielleicht zugestellt
outbox-state-dead = gescheitert
outbox-resend = Erneut senden
outbox-drop = Aufgeben
outbox-drop-sure = Diese Nachricht aufgeben? Sie wird nicht mehr gesendet, bleibt aber hier und kann später erneut gesendet werden.
outbox-last-error = Letzter Versuch:
outbox-preview = Was in der E-Mail steht
outbox-unwritable = Die E-Mail kann nicht geschrieben werden:
outbox-address = Adresse berichtigen
outbox-address-waits = Die Nachricht geht beim nächsten Versuch, der sofort erfolgt, an die neue Adresse.
outbox-address-sent = Diese Nachricht wurde zugestellt. Sie wird noch einmal gesendet, an die neue Adresse.
outbox-address-do = Berichtigen und senden
outbox-under-way = Diese Nachricht geht gerade hinaus. Sehen Sie gleich noch einmal nach.
said-message-resent = Die Nachricht ist wieder unterwegs.
said-message-readdressed = Die Adresse ist berichtigt, die Nachricht ist unterwegs.
said-message-dropped = Die Nachricht ist aufgegeben.
audit-message-resent = hat die Nachricht { $id } erneut gesendet.
audit-message-readdressed = hat die Adresse der Nachricht { $id } berichtigt und sie gesendet.
audit-message-dropped = hat die Nachricht { $id } aufgegeben.
