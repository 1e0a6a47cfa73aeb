feed-item-marked-html = Marked below: <del>[−taken out]</del> and <ins>[+put in]</ins>.
feed-item-and-more = … and { $more }.
