#include "modules/modules.h"

#include "isolate.h"
#include "modules/requests.h"
#include "modules/template.h"
#include "wire/errors.h"

namespace nr {
namespace {

constexpr char kDefault[] = "default";

/** Sets a flag while it lives. */
class Mark {
 public:
  explicit Mark(bool* flag) : flag_(flag) { *flag_ = true; }
  ~Mark() { *flag_ = false; }
  Mark(const Mark&) = delete;
  Mark& operator=(const Mark&) = delete;

 private:
  bool* const flag_;
};

void throw_type_error(v8::Isolate* isolate, const char* message) {
  isolate->ThrowException(v8::Exception::TypeError(ascii(isolate, message)));
}

}  // namespace

v8::MaybeLocal<v8::Value> Modules::compile(v8::Local<v8::Context> context, v8::Local<v8::String> url,
                                           v8::Local<v8::String> text) {
  if (!may_work()) return {};
  v8::Local<v8::Module> module;
  if (!compile_module(url, text, nullptr).ToLocal(&module)) return {};
  return describe_requests(context, module, add(module));
}

v8::MaybeLocal<v8::Value> Modules::compile_shared(v8::Local<v8::Context> context, v8::Local<v8::String> url,
                                                  uint32_t index) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  const auto& shared = nrv8_isolate::of(isolate)->shared;
  v8::Local<v8::String> text;
  v8::Local<v8::Module> module;
  if (!may_work() || shared == nullptr || !shared->text(isolate, index).ToLocal(&text)) return {};
  if (!compile_module(url, text, shared->code(index)).ToLocal(&module)) return {};
  const uint32_t id = add(module);
  if (shared->wants_code()) {
    entries_[id - 1].uncached.Reset(isolate, module->GetUnboundModuleScript());
    entries_[id - 1].shared_index = index;
  }
  return describe_requests(context, module, id);
}

/** @param code V8 takes it; null: none */
v8::MaybeLocal<v8::Module> Modules::compile_module(v8::Local<v8::String> url, v8::Local<v8::String> text,
                                                   v8::ScriptCompiler::CachedData* code) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  // What import() and import.meta in it know of where they are.
  const auto id = static_cast<uint32_t>(entries_.size() + 1);
  const v8::Local<v8::PrimitiveArray> options = v8::PrimitiveArray::New(isolate, 1);
  options->Set(isolate, 0, v8::Integer::NewFromUnsigned(isolate, id));
  const v8::ScriptOrigin origin(url, 0, 0, false, -1, {}, false, false, true, options);
  v8::ScriptCompiler::Source source(text, origin, code);
  const auto how = code == nullptr ? v8::ScriptCompiler::kNoCompileOptions : v8::ScriptCompiler::kConsumeCodeCache;
  return v8::ScriptCompiler::CompileModule(isolate, &source, how);
}

uint32_t Modules::wrap(v8::Local<v8::Context> context, v8::Local<v8::String> url, v8::Local<v8::Value> value) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  const v8::Local<v8::String> names[] = {ascii(isolate, kDefault)};
  const uint32_t id = add(v8::Module::CreateSyntheticModule(isolate, url, names, on_evaluate_wrapped));
  entries_[id - 1].value.Reset(isolate, value);
  return id;
}

bool Modules::resolve(uint32_t id, std::vector<uint32_t> requested) {
  if (find(id) == nullptr) return false;
  for (const uint32_t other : requested) {
    if (find(other) == nullptr) return false;
  }
  entries_[id - 1].requested = std::move(requested);
  return true;
}

bool Modules::link(v8::Local<v8::Context> context, uint32_t id) {
  if (find(id) == nullptr || !may_work()) return false;
  const Mark mark(&working_);
  return get(id)->InstantiateModule(context, on_resolve).FromMaybe(false);
}

v8::MaybeLocal<v8::Value> Modules::evaluate(v8::Local<v8::Context> context, uint32_t id) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  if (find(id) == nullptr || !may_work()) return {};
  const v8::Local<v8::Module> module = get(id);
  const v8::Module::Status status = module->GetStatus();
  if (status == v8::Module::kErrored) {
    // V8's promise of a terminated one never settles.
    const v8::Local<v8::Value> error = module->GetException();
    if (error->IsNull() && cut_short_) {
      isolate->ThrowError("The evaluation of this module, or of one that it imports, was ended before");
    } else {
      isolate->ThrowException(error);
    }
    return {};
  }
  if (status != v8::Module::kInstantiated && status != v8::Module::kEvaluated) {
    throw_type_error(isolate, "The module is not linked");
    return {};
  }
  const Mark mark(&working_);
  const bool is_first = !has_evaluated_;
  has_evaluated_ = true;
  v8::MaybeLocal<v8::Value> promise = module->Evaluate(context);
  if (!promise.IsEmpty() && is_first) share_code();
  if (promise.IsEmpty() && module->GetStatus() == v8::Module::kErrored) cut_short_ = true;
  return promise;
}

/** Only of an isolate in which no other code has run. When the modules have run V8 has compiled what they begin with,
 * which others then need not. */
void Modules::share_code() {
  const nrv8_isolate& host = *nrv8_isolate::of(v8::Isolate::GetCurrent());
  if (host.shared == nullptr || host.has_run_scripts || !host.shared->wants_code()) return;
  if (!host.shared->begin_code()) return;
  std::vector<Template::Code> all;
  for (Entry& entry : entries_) {
    if (entry.uncached.IsEmpty()) continue;
    Template::Code code{entry.shared_index, nullptr};
    code.data.reset(v8::ScriptCompiler::CreateCodeCache(entry.uncached.Get(host.isolate)));
    entry.uncached.Reset();
    if (code.data != nullptr) all.push_back(std::move(code));
  }
  // It outlives the isolate.
  AttributionScope nobody(nullptr);
  host.shared->keep_code(all);
}

v8::MaybeLocal<v8::Value> Modules::name_space(uint32_t id) const {
  if (find(id) == nullptr) return {};
  const v8::Local<v8::Module> module = get(id);
  const v8::Module::Status status = module->GetStatus();
  if (status == v8::Module::kUninstantiated || status == v8::Module::kInstantiating) return {};
  return module->GetModuleNamespace();
}

void Modules::clear() {
  entries_.clear();
  ids_.clear();
}

const Modules::Entry* Modules::find(uint32_t id) const {
  return id == 0 || id > entries_.size() ? nullptr : &entries_[id - 1];
}

uint32_t Modules::id_of(v8::Local<v8::Module> module) const {
  for (auto [known, end] = ids_.equal_range(module->GetIdentityHash()); known != end; ++known) {
    if (entries_[known->second - 1].module == module) return known->second;
  }
  return 0;
}

v8::Local<v8::Module> Modules::get(uint32_t id) const { return entries_[id - 1].module.Get(v8::Isolate::GetCurrent()); }

uint32_t Modules::add(v8::Local<v8::Module> module) {
  entries_.push_back({{v8::Isolate::GetCurrent(), module}, {}, {}, {}, 0});
  const auto id = static_cast<uint32_t>(entries_.size());
  ids_.emplace(module->GetIdentityHash(), id);
  return id;
}

bool Modules::may_work() {
  if (!working_) return true;
  throw_type_error(v8::Isolate::GetCurrent(), "Modules are being linked or evaluated");
  return false;
}

v8::MaybeLocal<v8::Module> Modules::on_resolve(v8::Local<v8::Context> context, size_t index,
                                               v8::Local<v8::Module> referrer) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  const Modules& modules = *nrv8_isolate::of(isolate)->modules;
  const Entry* const entry = modules.find(modules.id_of(referrer));
  if (entry != nullptr && index < entry->requested.size()) return modules.get(entry->requested[index]);
  throw_type_error(isolate, "The modules that this one imports are not known");
  return {};
}

v8::MaybeLocal<v8::Value> Modules::on_evaluate_wrapped(v8::Local<v8::Context> context, v8::Local<v8::Module> module) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  Modules& modules = *nrv8_isolate::of(isolate)->modules;
  Entry& entry = modules.entries_[modules.id_of(module) - 1];
  if (module->SetSyntheticModuleExport(isolate, ascii(isolate, kDefault), entry.value.Get(isolate)).IsNothing())
    return {};
  entry.value.Reset();
  v8::Local<v8::Promise::Resolver> resolver;
  if (!v8::Promise::Resolver::New(context).ToLocal(&resolver)) return {};
  if (resolver->Resolve(context, v8::Undefined(isolate)).IsNothing()) return {};
  return resolver->GetPromise();
}

v8::MaybeLocal<v8::Promise> Modules::on_import(v8::Local<v8::Context> context, v8::Local<v8::Data> options,
                                               v8::Local<v8::Value> resource, v8::Local<v8::String> specifier,
                                               v8::Local<v8::FixedArray> attributes) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  // Of the code that asks: a script has none.
  v8::Local<v8::Value> referrer = v8::Integer::New(isolate, 0);
  if (options->IsFixedArray() && options.As<v8::FixedArray>()->Length() == 1) {
    referrer = options.As<v8::FixedArray>()->Get(0).As<v8::Value>();
  }
  v8::Local<v8::Value> arguments[] = {referrer, specifier, describe_attributes(context, attributes, 2)};
  v8::Local<v8::Value> promise;
  if (!nrv8_isolate::of(isolate)
           ->hook(Hook::kImport)
           ->Call(context, v8::Undefined(isolate), std::size(arguments), arguments)
           .ToLocal(&promise)) {
    return {};
  }
  return promise.As<v8::Promise>();
}

void Modules::on_import_meta(v8::Local<v8::Context> context, v8::Local<v8::Module> module, v8::Local<v8::Object> meta) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  (void)meta->CreateDataProperty(context, ascii(isolate, "url"), module->GetResourceName());
}

void Modules::install(v8::Isolate* isolate) {
  isolate->SetHostImportModuleDynamicallyCallback(on_import);
  isolate->SetHostInitializeImportMetaObjectCallback(on_import_meta);
}

}  // namespace nr
