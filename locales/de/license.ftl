### Texte von perfex-bridge auf Deutsch.

## Warum eine Lizenz steht, wo sie steht

license-reason-missing = Noch keine Lizenz: Geben Sie den Schlüssel ein, den Sie per E-Mail bekommen haben.
license-reason-unchecked = Die Lizenz wurde noch nicht geprüft. Klicken Sie auf „Jetzt prüfen“.
license-reason-unreadable_key = Der gespeicherte Lizenzschlüssel ist nicht lesbar; der Verschlüsselungsschlüssel des CRM hat sich geändert. Geben Sie den Lizenzschlüssel neu ein.
license-reason-unconfirmed = Die Lizenz konnte mehr als 7 Tage lang nicht bestätigt werden, deshalb ist das Modul für Mitarbeiter gesperrt. Sorgen Sie dafür, dass dieser Server den Lizenzserver erreicht, und klicken Sie auf „Jetzt prüfen“.
license-reason-grace = Der Lizenzserver konnte nicht gefragt werden. Vorerst läuft alles weiter.
license-reason-other_domain = Die Lizenz gehört zu { $domain }. Geben Sie sie dort frei oder geben Sie einen anderen Schlüssel ein. Auf einer Testkopie aktivieren Sie den Schlüssel hier.
license-reason-clock_set_back = Die Uhr dieses Servers wurde zurückgestellt. Stellen Sie sie richtig und klicken Sie auf „Jetzt prüfen“.
license-reason-active = Die Lizenz ist gültig.
license-reason-trial = Das ist eine Testlizenz.
license-reason-past_due = Die Zahlung der Lizenz fehlt. Zahlen Sie, sonst wird sie gesperrt.
license-reason-expired = Die Lizenz ist abgelaufen. Verlängern Sie sie und klicken Sie auf „Jetzt prüfen“.
license-reason-suspended = Die Lizenz ist gesperrt. Zahlen Sie, was offen ist, oder fragen Sie Ihren Anbieter.
license-reason-revoked = Die Lizenz wurde vom Anbieter entzogen. Fragen Sie Ihren Anbieter.
license-reason-wrong_domain = Die Lizenz gehört zu einer anderen Domain. Geben Sie sie dort frei oder lassen Sie sie vom Inhaber per Link in einer E-Mail umziehen; eine Testlizenz bleibt auf ihrer ersten Domain, bis sie gekauft ist, und jede Domain hat eine.
license-reason-wrong_product = Dieser Schlüssel gehört zu einem anderen Produkt. Geben Sie den Schlüssel für dieses Modul ein.
license-reason-released = Die Lizenz ist für diese Domain nicht aktiviert. Geben Sie den Schlüssel noch einmal ein.
license-reason-unknown = Der Lizenzserver kennt diesen Schlüssel nicht. Vergleichen Sie ihn mit der E-Mail.
license-reason-limit = Alle Plätze der Lizenz sind belegt. Geben Sie zuerst einen frei.
license-reason-moves = Die Lizenz ist in den letzten 30 Tagen zu oft umgezogen. Fragen Sie Ihren Anbieter.
license-reason-key_shape = Das ist kein Lizenzschlüssel. Er sieht so aus: a1b2c3d4e5f6…-xxxx-xxxx-xxxxxxxxxxxxxxxx.
license-reason-key_typo = Der Lizenzschlüssel enthält einen Tippfehler. Kopieren Sie ihn aus der E-Mail und fügen Sie ihn ein.
license-reason-unreachable = Der Lizenzserver konnte nicht gefragt werden. Erlauben Sie diesem Server ausgehende HTTPS-Verbindungen dorthin und versuchen Sie es dann noch einmal. ({ $detail })
license-reason-address = An die Adresse dieses CRM kann keine Lizenz gebunden werden. ({ $detail })
license-reason-answer = Die Antwort des Lizenzservers kann nicht verwendet werden. ({ $detail })
