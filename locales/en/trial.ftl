# Trying rules on pages that were stored, away from the threads that answer requests.

trial-another-editor-is = Another editor is trying rules; try again in a moment.
trial-reading-these-pages = Reading these pages by these rules took too long.
trial-these-pages-could = These pages could not be read because of a fault in Stet.
