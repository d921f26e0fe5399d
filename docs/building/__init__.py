"""What the site is built from: pages that are written from the law itself, never by hand."""
