-- +goose Up
CREATE INDEX `commitments_by_district_id_source_id_source` ON `commitments` (`district_id`, `source_id`, `source`);
