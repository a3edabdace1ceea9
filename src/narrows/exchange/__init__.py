"""What others speak: FHIR, CDS Hooks, OMOP, REDCap, CQL."""
