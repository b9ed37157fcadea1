from reference.series
