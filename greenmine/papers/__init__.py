"""Papers (文书): letters, statements, reports and notices, from a template in the rulebook to Word and PDF.

`content` says what stands in a paper, without a format; the writers turn the same content into .docx and PDF in the
layout of GB/T 9704. What binds somebody is numbered, signed and served here; its clocks start at service (送达).
"""
