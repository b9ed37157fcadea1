-- The verdict on every printed figure of a source.
create macro main.verdicts_of(source) as table
    select * from main.published_figures where source_id = source;
