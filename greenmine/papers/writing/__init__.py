"""Writing a paper: the same content as Word (`docx`) and as PDF (`pdf`), in the layout of GB/T 9704-2012 (党政机关公文格式)."""

from greenmine.papers.writing.pdf import Laid, lay_out, pdf, pictures_of_pages
from greenmine.papers.writing.word import docx

__all__ = ["Laid", "docx", "lay_out", "pdf", "pictures_of_pages"]
