"""The enterprise's desk (企业): self-assessment, evidence, what to mend first."""
