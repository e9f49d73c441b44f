### Texte von perfex-bridge auf Deutsch.

## Seiten für Mitarbeiter

staff-refused = Nicht verfügbar
staff-unknown = Diese Seite ist für Mitarbeiter, die im CRM angemeldet sind. Öffnen Sie sie über das Menü des CRM.
staff-forbidden = Dafür fehlt Ihnen das Recht „{ $capability }“. Ein Administrator kann es unter Einstellungen > Mitarbeiter vergeben, Bereich „{ $feature }“.
staff-stale = Dieses Formular ist veraltet. Öffnen Sie die Seite neu und senden Sie es noch einmal.
staff-busy = Das geht gerade nicht. Versuchen Sie es in einer Minute noch einmal.
staff-licenses = Lizenzen der Module
staff-licenses-about = Jedes Modul von perfex-bridge braucht eine Lizenz. Sie wird etwa einmal am Tag im Hintergrund geprüft; keine Seite wartet darauf.
staff-license-key = Lizenzschlüssel
staff-license-paste = Lizenzschlüssel hier einfügen
staff-license-activate = Lizenz aktivieren
staff-license-check = Jetzt prüfen
staff-license-release = Freigeben
staff-license-release-sure = Die Lizenz von diesem CRM freigeben? Der Mitarbeiterbereich des Moduls ist dann gesperrt, bis wieder eine Lizenz aktiviert wird.
staff-license-trouble = Letzter Versuch zu prüfen:
staff-license-domain = Domain
staff-license-valid-until = Gültig bis
staff-license-last-check = Letzte Prüfung
staff-license-next-check = Nächste Prüfung
staff-license-grace-ends = Läuft ohne Prüfung bis
said-license-activated = Die Lizenz ist aktiviert.
said-license-checked = Der Lizenzserver wurde gefragt.
said-license-released = Die Lizenz ist freigegeben.
said-license-asking = Der Lizenzserver hat noch nicht geantwortet. Die Anfrage läuft weiter: Bitte sehen Sie in einem Augenblick noch einmal auf diese Seite.
license-state-missing = keine Lizenz
license-state-valid = gültig
license-state-grace = nicht bestätigt
license-state-locked = gesperrt

## Rahmen aller Seiten

staff-nowhere = Diese Seite gibt es hier nicht, oder was sie zeigte, ist nicht mehr da. Öffnen Sie sie über das Menü des CRM.
staff-read-only = Dies ist eine Vorführung: Sie können alles ansehen, aber nichts ändern.
staff-capability-view = Ansehen
staff-capability-create = Anlegen
staff-capability-edit = Bearbeiten
staff-capability-delete = Löschen
staff-form-empty = Bitte füllen Sie dieses Feld aus.
staff-form-long = Das ist zu lang: Höchstens { $longest } Zeichen passen hinein.
staff-form-email = Das ist keine E-Mail-Adresse. Sie sieht aus wie name@example.com.
staff-form-number = Das ist keine Zahl.
staff-form-date = Das ist kein Datum.
staff-form-choice = Bitte wählen Sie eines davon.
staff-filter = Filtern
staff-filter-clear = Zurücksetzen
staff-list-pages = Seiten der Liste
staff-list-previous = Neuere
staff-list-next = Ältere
staff-list-shown = { $first } bis { $last } von { $total }
staff-save = Speichern
staff-cancel = Abbrechen
staff-back = Zurück
staff-audit = Wer hat was geändert
staff-audit-none = Hier hat noch niemand etwas geändert.
staff-audit-nothing = (leer)
staff-audit-became = wurde zu
audit-field-email = E-Mail-Adresse
audit-field-state = Status
audit-module-activated = hat die Lizenz des Moduls „{ $id }“ aktiviert.
audit-module-checked = hat die Lizenz des Moduls „{ $id }“ prüfen lassen.
audit-module-released = hat die Lizenz des Moduls „{ $id }“ freigegeben.
staff-locked = Der Mitarbeiterbereich von { $module } ist gesperrt. Die öffentlichen Seiten laufen weiter.
staff-locked-do = Lizenz eingeben
