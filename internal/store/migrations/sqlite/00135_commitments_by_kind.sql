-- +goose Up
CREATE INDEX `commitments_by_district_id_kind_created_at` ON `commitments` (`district_id`, `kind`, `created_at`);
