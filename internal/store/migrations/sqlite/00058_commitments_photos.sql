-- +goose Up
ALTER TABLE `commitments` ADD COLUMN `photos` VARCHAR(640) NOT NULL DEFAULT '';
