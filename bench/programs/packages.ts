/** What a guest that has several libraries begins with. */
import * as acorn from "acorn";
import * as ajv from "ajv";
import * as decimal from "decimal.js";
import * as fflate from "fflate";
import * as immer from "immer";
import * as luxon from "luxon";
import * as marked from "marked";
import * as papaparse from "papaparse";
import * as yaml from "yaml";
export const libraries = { acorn, ajv, decimal, fflate, immer, luxon, marked, papaparse, yaml };
