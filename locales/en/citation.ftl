citation-cite-this-page = Cite this page
citation-copy-the-citation = Copy the citation
