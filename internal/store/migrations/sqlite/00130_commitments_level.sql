-- +goose Up
ALTER TABLE `commitments` ADD COLUMN `level` INT NOT NULL DEFAULT 0;
