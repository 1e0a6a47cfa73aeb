-- What others saw is left out of feeds row by row: there may be much of it, and it is looked up by
-- its article, as what is hidden is (article_hidden).
create index article_observed on article (id) where observer is not null;
