//! The engine as the page's worker sees it: bytes and settings in, plain objects out.
//!
//! This is the only file that names `wasm_bindgen` or `JsValue`.

use crate::engine::{Engine, ProblemView, Role, format_list};
use crate::problem::Problem;
use crate::report::Output;
use crate::settings::Settings;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

type Answer = Result<JsValue, JsValue>;

/// One engine with its data and files.
#[wasm_bindgen]
pub struct Session {
    engine: Engine,
}

#[wasm_bindgen]
impl Session {
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Session {
        Session { engine: Engine::new() }
    }

    #[wasm_bindgen(js_name = setSnapshot)]
    pub fn set_snapshot(&mut self, unpacked: &[u8]) -> Answer {
        answer(self.engine.set_snapshot(unpacked))
    }

    #[wasm_bindgen(js_name = setServiceTags)]
    pub fn set_service_tags(&mut self, name: &str, bytes: &[u8]) -> Answer {
        answer(self.engine.set_service_tags(name, bytes))
    }

    #[wasm_bindgen(js_name = setCatalogue)]
    pub fn set_catalogue(&mut self, name: &str, bytes: &[u8]) -> Answer {
        answer(self.engine.set_catalogue(name, bytes))
    }

    pub fn catalogue(&self) -> Answer {
        to_js(&self.engine.catalogue())
    }

    pub fn formats(&self) -> Answer {
        to_js(&format_list())
    }

    pub fn regions(&self) -> Answer {
        to_js(&self.engine.regions())
    }

    #[wasm_bindgen(js_name = clearFiles)]
    pub fn clear_files(&mut self) {
        self.engine.clear_files();
    }

    /// `role` is `device` or `attachment`.
    #[wasm_bindgen(js_name = addFile)]
    pub fn add_file(&mut self, name: &str, bytes: &[u8], role: &str, format: Option<String>) -> Answer {
        let role = match role {
            "device" => Role::Device,
            "attachment" => Role::Attachment,
            other => return Err(misuse(format!("`{other}` is no role of a file."))),
        };
        answer(self.engine.add_file(name, bytes, role, format.as_deref()))
    }

    pub fn inspect(&self, settings: JsValue) -> Answer {
        to_js(&self.engine.inspect(&read_settings(settings)?))
    }

    pub fn check(&self, settings: JsValue) -> Answer {
        answer(self.engine.check(&read_settings(settings)?))
    }

    /// `output` is `json`, `csv` or `markdown`.
    pub fn render(&self, settings: JsValue, output: &str) -> Answer {
        let output = match output {
            "json" => Output::Json,
            "csv" => Output::Csv,
            "markdown" => Output::Markdown,
            other => return Err(misuse(format!("`{other}` is no form of output."))),
        };
        answer(self.engine.render(&read_settings(settings)?, output))
    }
}

fn read_settings(settings: JsValue) -> Result<Settings, JsValue> {
    serde_wasm_bindgen::from_value(settings).map_err(|error| misuse(format!("The settings cannot be read: {error}.")))
}

fn answer<T: Serialize>(result: Result<T, Problem>) -> Answer {
    match result {
        Ok(value) => to_js(&value),
        Err(problem) => Err(thrown(&problem)),
    }
}

/// As JSON would be: maps become objects, `None` becomes `null`.
fn to_js<T: Serialize + ?Sized>(value: &T) -> Answer {
    value.serialize(&Serializer::json_compatible()).map_err(|error| JsValue::from_str(&error.to_string()))
}

/// Problems are thrown as plain objects, so that they survive the way out of the worker.
fn thrown(problem: &Problem) -> JsValue {
    to_js(&ProblemView::new(problem, None)).unwrap_or_else(|error| error)
}

fn misuse(message: String) -> JsValue {
    thrown(&Problem::error("bad-call", message))
}
