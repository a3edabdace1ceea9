"""The website: the library as pages for people, and for clinics. Views fetch and show; no rule lives here."""
