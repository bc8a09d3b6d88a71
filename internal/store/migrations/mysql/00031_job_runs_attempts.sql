-- +goose Up
ALTER TABLE `job_runs` ADD COLUMN `attempts` INT NOT NULL DEFAULT 0;
