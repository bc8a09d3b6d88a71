-- +goose Up
CREATE INDEX `commitments_by_source` ON `commitments` (`district_id`, `source`, `state`);
