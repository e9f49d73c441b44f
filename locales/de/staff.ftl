### Texte von perfex-bridge auf Deutsch.

## Seiten für Mitarbeiter

staff-refused = Nicht verfügbar
staff-unknown = Diese Seite ist für Mitarbeiter, die im CRM angemeldet sind. Öffnen Sie sie über das Menü des CRM.
staff-forbidden = Dafür fehlt Ihnen das Recht. Ein Administrator kann es unter Einstellungen > Mitarbeiter vergeben, Bereich „perfex-bridge“.
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
staff-said-activated = Die Lizenz ist aktiviert.
staff-said-checked = Der Lizenzserver wurde gefragt.
staff-said-released = Die Lizenz ist freigegeben.
license-state-missing = keine Lizenz
license-state-valid = gültig
license-state-grace = nicht bestätigt
license-state-locked = gesperrt
